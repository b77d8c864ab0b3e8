import { Books } from './books.ts';
import { settle, withFault } from './faults.ts';
import { finishUp } from './finish-up.ts';
import { checkCounted, checkCounter } from './invariants/counting.ts';
import { checkImports, checkLabels, checkRecording } from './invariants/recording.ts';
import { checkAnswering, checkArtifacts, checkErased } from './invariants/serving.ts';
import { checkModels, checkSwitch, checkTurns } from './invariants/training.ts';
import { carryOut } from './operators.ts';
import type { Place } from './place.ts';
import type { Definition, Plan, Step } from './plan.ts';
import { definitionOf } from './rows.ts';
import type { Run } from './run.ts';
import { takeSnapshot } from './snapshot.ts';

let runs = 0;

/**
 * Carries out a plan on a predictor of its own and looks, after each step and at the end, at what must never break.
 * @throws Error naming what broke
 */
export async function carryOutPlan(place: Place, plan: Plan): Promise<void> {
  const run = await begin(place, plan);
  const { books } = run;
  try {
    for (const step of plan.steps) await takeStep(run, step);
    await finishUp(run, () => check(run));
  } finally {
    await end(run);
  }
  if (books.faults.length > 0) throw new Error(books.faults.join('\n'));
}

async function begin(place: Place, { definition, trained }: Plan): Promise<Run> {
  runs += 1;
  const name = `run-${runs}`;
  const id = await makePredictor(place, name, definition);
  const firstNonce = runs * 100_000;
  let nonce = firstNonce + 100;
  const { database, store } = place;
  const run: Run = {
    ...{ place, name, id, books: new Books(), database, store, workers: [], before: null },
    ...{ isRedefined: false, isSwitched: false, firstNonce, nextNonce: () => nonce++ },
  };
  if (trained) {
    await takeStep(run, { fault: null, actions: [{ do: 'import', at: 0, rows: 14, key: null }] });
    await takeStep(run, { fault: null, actions: [{ do: 'train', halt: null }] });
    await takeStep(run, {
      fault: null,
      actions: [
        { do: 'look', at: 0 },
        { do: 'look', at: 1 },
      ],
    });
  }
  return run;
}

/** A connection that the interleaving before broke is found out by its first statement. */
async function makePredictor(
  { services, client }: Place,
  name: string,
  definition: Definition,
): Promise<number> {
  for (let tries = 1; ; tries++) {
    const answer = await services[0].call('PUT', `/predictors/${name}`, definitionOf(name, definition));
    const { rows } = await client.query<{ id: number }>(
      'select id from hundredfold.predictors where name = $1',
      [name],
    );
    if ((answer?.status === 201 || answer?.status === 200) && rows[0] !== undefined) return rows[0].id;
    if (tries === 10) throw new Error(`${name} was not made: ${JSON.stringify(answer)}`);
  }
}

async function takeStep(run: Run, { fault, actions }: Step): Promise<void> {
  run.books.step += 1;
  await withFault(run, fault, async () => {
    await Promise.all(actions.map((action) => carryOut(run, action)));
  });
  run.books.endStep();
  await settle(run);
  await check(run);
  if (run.books.faults.length > 0) throw new Error(run.books.faults.join('\n'));
}

async function check(run: Run): Promise<void> {
  const { books, before, place } = run;
  const now = await takeSnapshot(place.client, place.storeFolder, run);
  for (const { row, id, happened } of now.rows) {
    if (happened === 'delete' && !books.erasedIn.has(row) && books.isErased(id))
      books.erasedIn.set(row, books.step);
  }
  checkRecording(books, now);
  checkImports(books, now);
  checkLabels(books, now);
  checkCounter(books, now);
  checkCounted(books, before, now, run.isRedefined);
  checkTurns(books, now);
  checkSwitch(books, before, now, run.isSwitched);
  checkModels(books, now);
  checkErased(books, now);
  await checkArtifacts(books, before, now, place.storeFolder);
  if (now.pointer?.change !== before?.pointer?.change) {
    await checkAnswering(books, now, place.storeFolder, run.name);
  }
  run.before = now;
  run.isRedefined = false;
  run.isSwitched = false;
}

/** Leaves nothing of the predictor behind: the next interleaving begins with an empty place. */
async function end({ place, workers, id, name }: Run): Promise<void> {
  for (const { gate } of workers) gate.kill();
  await Promise.all(workers.map(({ ended }) => ended));
  for (const { wire } of place.services) wire.set('whole');
  await place.client.query('select hundredfold.switch_training(true)');
  await place.client.query('update ledger.lambda set answers = 202');
  await place.client.query('delete from hundredfold.predictors where id = $1', [id]);
  await place.client.query('truncate ledger.rows, ledger.retrainings, ledger.invocations');
  for (const folder of ['spool/', 'spool-refused/', 'pointers/', `models/${name}/`]) {
    for await (const key of place.store.list(folder)) await place.store.delete(key);
  }
}
