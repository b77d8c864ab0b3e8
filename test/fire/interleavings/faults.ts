import { setTimeout as sleep } from 'node:timers/promises';
import { OWN_NAME } from './place.ts';
import type { Fault } from './plan.ts';
import type { Run } from './run.ts';

/** A wire stays broken for this long at most: past it, whoever waits without a limit has waited long enough. */
const WIRE_MS = 350;

/** Lets something break while `actions` are under way, and mends it when they are done. */
export async function withFault(run: Run, fault: Fault | null, actions: () => Promise<void>): Promise<void> {
  const { place } = run;
  switch (fault?.breaks) {
    case undefined:
      return actions();
    case 'connections':
      await Promise.all([actions(), sleep(fault.after).then(() => breakConnections(run))]);
      return;
    case 'answers':
    case 'wire': {
      const { wire } = place.services[fault.at];
      wire.set(fault.breaks === 'wire' ? 'cut' : 'deaf');
      const work = actions();
      await Promise.race([work, sleep(WIRE_MS)]);
      wire.set('whole');
      return work;
    }
    case 'process':
      await Promise.all([actions(), sleep(fault.after).then(() => place.services[fault.at].crash())]);
      return place.replace(fault.at);
    case 'progress':
      await Promise.all([actions(), holdCounter(run, fault.for)]);
  }
}

/** As an administrator would, all at once; statements under way are rolled back. */
async function breakConnections({ place }: Run): Promise<void> {
  await place.client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name <> $1`,
    [OWN_NAME],
  );
}

/** Nothing that counts can commit for a while: statements are given up, and carried out late. */
async function holdCounter({ place, id }: Run, milliseconds: number): Promise<void> {
  const holder = await place.client.connect();
  await holder.query('begin');
  await holder.query('select from hundredfold.counters where predictor_id = $1 for update', [id]);
  await sleep(milliseconds);
  await holder.query('commit');
  holder.release();
}

/** Waits until no statement is under way: whoever asked may be gone, and the statement is carried out all the same. */
export async function settle({ place, books }: Run): Promise<void> {
  for (const until = Date.now() + 30_000; ; await sleep(2)) {
    const { rows } = await place.client.query<{ query: string }>(
      `select query from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and application_name <> $1
         and (state = 'active' or state like 'idle in transaction%')`,
      [OWN_NAME],
    );
    if (rows.length === 0) return;
    if (Date.now() > until) {
      books.fault(`still under way after 30 s: ${rows.map(({ query }) => query.slice(0, 80)).join('; ')}`);
      return;
    }
  }
}
