import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A predictor's counter beside what it has to agree with, all of one snapshot. */
export interface Counted {
  readonly id: number;
  readonly name: string;
  readonly every: number;
  readonly newRows: number;
  /** Rows ever counted. */
  readonly counted: number;
  /** The sum of `every` over the requests that rows asked for. */
  readonly settled: number;
  readonly requests: number;
  /** What the counter says there is of predictions, and what there is. */
  readonly predictions: number;
  readonly rows: number;
}

const QUERY = `
  select p.id, p.name, c.every, c.new_rows::integer as "newRows", c.counted::integer, c.predictions::integer,
    coalesce(r.settled, 0)::integer as settled, coalesce(r.requests, 0)::integer as requests,
    (select count(*) from hundredfold.predictions q where q.predictor_id = p.id)::integer as rows
  from hundredfold.predictors p
  join hundredfold.counters c on c.predictor_id = p.id
  left join (
    select predictor_id, sum(every) as settled, count(*) as requests
    from hundredfold.retrainings where trigger = 'count' group by predictor_id
  ) r on r.predictor_id = p.id
  order by p.name`;

export async function countersOf(client: pg.Client): Promise<Counted[]> {
  return (await client.query<Counted>(QUERY)).rows;
}

/** What is wrong with a counter at this instant; nothing ever may be. */
export function faultsOf({ name, every, newRows, counted, settled, predictions, rows }: Counted): string[] {
  const faults: string[] = [];
  if (counted !== settled + newRows)
    faults.push(`${name}: ${counted} counted, but ${settled} settled and ${newRows} new`);
  if (newRows < 0 || newRows >= every) faults.push(`${name}: ${newRows} new rows of ${every}`);
  if (predictions !== rows) faults.push(`${name}: ${predictions} predictions counted, ${rows} there`);
  return faults;
}

export interface CounterWatch {
  /** Ends the watch. Returns how often was looked, and every fault that was seen. */
  stop(): Promise<{ looks: number; faults: string[] }>;
}

/** Looks at all counters again and again, from a connection of its own, and that none ever goes back. */
export async function watchCounters(connectionString: string, milliseconds = 2): Promise<CounterWatch> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const faults: string[] = [];
  const highest = new Map<number, number>();
  let looks = 0;
  let over = false;
  const watching = (async () => {
    for (; !over; await sleep(milliseconds)) {
      for (const counter of await countersOf(client)) {
        faults.push(...faultsOf(counter));
        const before = highest.get(counter.id) ?? 0;
        if (counter.counted < before)
          faults.push(`${counter.name}: ${counter.counted} counted, after ${before}`);
        highest.set(counter.id, counter.counted);
      }
      looks++;
    }
    await client.end();
  })();
  return {
    async stop() {
      over = true;
      await watching;
      return { looks, faults };
    },
  };
}
