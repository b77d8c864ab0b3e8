import { isUnavailable } from '../../../database/index.ts';
import { Spool } from '../../../services/model-store/index.ts';
import { alignPointers } from '../../../services/upkeep/steps.ts';
import * as clients from './clients.ts';
import { startDrain } from './drains.ts';
import type { Action } from './plan.ts';
import { type Run, serviceOf } from './run.ts';
import { startTrainer, type Worker } from './trainers.ts';

/** Carries out one action; resolves when whoever does it is done, or stands still. */
export async function carryOut(run: Run, action: Action): Promise<void> {
  const { database, store, place } = run;
  switch (action.do) {
    case 'post':
      return clients.post(run, action);
    case 'post-keyed':
      return clients.postKeyed(run, action);
    case 'post-many':
      return clients.postMany(run, action);
    case 'label':
      return clients.label(run, action);
    case 'import':
      return clients.importRows(run, action);
    case 'redefine':
      return clients.redefine(run, action);
    case 'request':
      return clients.request(run, action);
    case 'erase':
      return clients.erase(run, action);
    case 'promote':
      return clients.promote(run, action);
    case 'look':
      return serviceOf(run, action.at).look(run.name);
    case 'train':
      return begin(run, startTrainer(run.name, action.halt, run));
    case 'drain':
      return begin(run, startDrain(action.halt, run));
    case 'respool':
      return respool(run, action.which);
    case 'let-go':
      for (const { gate } of run.workers) gate.letGo();
      return;
    case 'lapse':
      return lapseLeases(run);
    case 'switch':
      run.isSwitched = true;
      return unlessAway(database.retrainings.switchTraining(action.on));
    case 'dispatch':
      return unlessAway(database.retrainings.dispatch());
    case 'sweep':
      return unlessAway(database.retrainings.sweep());
    case 'align':
      return unlessAway(alignPointers(database, store));
    case 'lambda':
      await place.client.query('update ledger.lambda set answers = $1', [action.answers]);
  }
}

async function begin(run: Run, worker: Worker): Promise<void> {
  run.workers.push(worker);
  await Promise.race([worker.ended, worker.gate.standing]);
}

/** The connection may be broken on purpose, and found out by its first statement. */
export async function unlessAway(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isUnavailable(error)) throw error;
  });
}

/** As if the time of all leases had passed on the database's clock. */
export async function lapseLeases({ place, books, id }: Run): Promise<void> {
  await books.lapse(async () => {
    const { rows } = await place.client.query<{ token: string }>(
      `update hundredfold.retrainings set lease_until = clock_timestamp()
       where status = 'running' and predictor_id = $1 returning token`,
      [id],
    );
    return rows.map(({ token }) => token);
  });
}

/** A row that was given up by the one who recorded it, and put into the spool, although it was recorded after all. */
async function respool({ place, store, books, name, id: predictorId }: Run, which: number): Promise<void> {
  const posts = books.answered().filter(({ key }) => key === null);
  const id = posts[which % Math.max(1, posts.length)]?.id ?? null;
  const { rows } = await place.client.query(
    'select revision, model, inputs, answer from hundredfold.predictions where id = $1',
    [id],
  );
  const [row] = rows;
  if (id === null || row === undefined) return;
  const { revision, model, inputs, answer } = row;
  const spool = new Spool(store);
  await spool.put({
    id,
    predictorId,
    predictor: name,
    revision,
    model,
    inputs,
    answer,
    answeredAt: Date.now(),
  });
}
