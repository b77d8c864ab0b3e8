import { isUnavailable } from '../../../database/index.ts';
import { alignPointers } from '../../../services/upkeep/steps.ts';
import { importRows, promote } from './clients.ts';
import { startDrain } from './drains.ts';
import { settle } from './faults.ts';
import { checkPointer } from './invariants/serving.ts';
import { lapseLeases, unlessAway } from './operators.ts';
import { rowOf } from './rows.ts';
import type { Run } from './run.ts';
import { startTrainer } from './trainers.ts';

/**
 * Everything is mended, whoever stood still goes on, and what is left to do is done as it is in operation: the spool is
 * drained, the sweep dispatches, and only what was dispatched is trained. Then all of it has to be exact.
 */
export async function finishUp(run: Run, check: () => Promise<void>): Promise<void> {
  const { books, workers, database, place } = run;
  books.step += 1;
  for (const { gate } of workers) gate.letGo();
  await Promise.all(workers.map(({ ended }) => ended));
  run.isSwitched = true;
  await place.client.query('select hundredfold.switch_training(true)');
  await place.client.query('update ledger.lambda set answers = 202');
  await settle(run);
  await drainAll(run);
  await trainAll(run);
  await check();
  if (run.before?.predictor.champion === null) await makeChampion(run, check);
  await connected(() => alignPointers(database, run.store));
  await check();
  const now = run.before;
  if (now === null) return;
  checkPointer(books, now);
  if (now.spooled.length > 0) books.fault(`${now.spooled.length} rows are left in the spool`);
  for (const { id, status } of now.retrainings)
    if (status !== 'finished') books.fault(`retraining ${id} is ${status}`);
  await checkWithoutDatabase(run);
}

/** Two drains at a time, and again: one that met a broken connection has given up. */
async function drainAll(run: Run): Promise<void> {
  for (let round = 1; round <= 3; round++) {
    await Promise.all([startDrain(null, run).ended, startDrain(null, run).ended]);
  }
}

/** Connections of the pool may be broken, and the first statement on each finds out. */
async function connected<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 10 || !isUnavailable(error)) throw error;
    }
  }
}

/** As the upkeep does, round after round; a round later, what was dispatched and lost is dispatched again. */
async function trainAll(run: Run): Promise<void> {
  const { place, database, id, name } = run;
  for (let round = 1; round <= 12; round++) {
    await lapseLeases(run);
    await place.client.query(
      `update hundredfold.retrainings set dispatched_at = dispatched_at - interval '61 s' where predictor_id = $1`,
      [id],
    );
    await unlessAway(database.retrainings.sweep());
    const { rows } = await place.client.query(
      'delete from ledger.invocations where predictor = $1 returning id',
      [name],
    );
    if (rows.length > 0) await startTrainer(name, null, run).ended;
    const left = await place.client.query(
      `select from hundredfold.retrainings where predictor_id = $1 and status <> 'finished'`,
      [id],
    );
    if (left.rows.length === 0) return;
  }
}

/** Rows enough for a first model, which is asked for by itself; where a person decides, they approve. */
async function makeChampion(run: Run, check: () => Promise<void>): Promise<void> {
  await importRows(run, { do: 'import', at: 0, rows: 20, key: null });
  await trainAll(run);
  await check();
  if (run.before?.predictor.champion !== null) return;
  const waiting = run.before.models.findIndex(({ status }) => status === 'awaiting-approval');
  if (waiting >= 0) await promote(run, { do: 'promote', at: 0, which: waiting });
  await check();
  if (run.before.predictor.champion === null) run.books.fault('20 good examples make no champion');
}

/** With every way to the database cut, both processes answer as before. */
async function checkWithoutDatabase({ place, name, books, firstNonce }: Run): Promise<void> {
  for (const service of place.services) {
    await service.look(name);
    service.wire.set('cut');
    const answer = await service.call('POST', `/predictors/${name}/suggestions`, rowOf(firstNonce));
    if (answer?.status !== 200)
      books.fault(`without a database: ${answer?.status} ${JSON.stringify(answer?.body)}`);
    service.wire.set('whole');
  }
}
