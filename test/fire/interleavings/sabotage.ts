import type pg from 'pg';
import type { ObjectStore } from '../../../services/model-store/index.ts';

/** A way to break the program on purpose, so that the interleavings have to find it. */
export interface Sabotage {
  readonly name: string;
  /** A function of the database, and what is replaced in its text. */
  readonly sql?: { readonly routine: string; readonly replace: string | RegExp; readonly by: string };
  /** The store as drains, trainers and the upkeep have it. */
  readonly store?: (store: ObjectStore) => ObjectStore;
}

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'a counter that is read and then written',
    sql: {
      routine: 'count_predictions',
      replace: /new_rows = new_rows \+/,
      by: 'new_rows = (select c.new_rows from hundredfold.counters c where c.predictor_id = v_new.predictor_id) +',
    },
  },
  {
    name: 'a request that leaves the rows that it stands for in the counter',
    sql: {
      routine: 'request_counted',
      replace: /new_rows = new_rows - v_requests \* v_every/,
      by: 'new_rows = 0',
    },
  },
  {
    name: 'a recording that takes no heed of rows that are there',
    sql: { routine: 'record_checked', replace: 'on conflict (id) do nothing', by: '' },
  },
  {
    name: 'a drain that takes rows out of the spool before they are recorded',
    store: (store) =>
      altered(store, async (key) => {
        const object = await store.get(key);
        if (key.startsWith('spool/')) await store.delete(key);
        return object;
      }),
  },
  {
    name: 'a claim that takes no heed of a valid lease',
    sql: { routine: 'put_back_lapsed', replace: 'lease_until <= clock_timestamp()', by: 'true' },
  },
  {
    name: 'an end of a training without the fence',
    sql: {
      routine: 'hold_lease',
      replace: /r\.status = 'running' and r\.token = p_token and r\.lease_until > clock_timestamp\(\)/,
      by: 'true',
    },
  },
  {
    name: 'a pointer that is written without a look at the one that is there',
    store: (store) =>
      altered(store, async (key) => {
        const object = await store.get(key);
        const isOther = object === null || object === 'unchanged' || !key.startsWith('pointers/');
        return isOther ? object : { ...object, body: new Uint8Array() };
      }),
  },
  {
    name: 'an erasure that leaves no trace',
    sql: {
      routine: 'erase_prediction',
      replace: /insert into hundredfold\.erased_rows[^;]*;/,
      by: '',
    },
  },
  {
    name: 'an erasure that flags no model',
    sql: { routine: 'erase_prediction', replace: 'erased = erased + 1', by: 'erased = erased' },
  },
  {
    name: 'a switch that a claim takes no heed of',
    sql: { routine: 'claim_retraining', replace: 'not hundredfold.training_is_on()', by: 'false' },
  },
];

function altered(store: ObjectStore, get: ObjectStore['get']): ObjectStore {
  return {
    get,
    put: (...given) => store.put(...given),
    delete: (key) => store.delete(key),
    list: (prefix) => store.list(prefix),
  };
}

/** @throws Error when there is nothing left to break in this way */
export async function sabotage(client: pg.Pool, { name, sql }: Sabotage): Promise<void> {
  if (sql === undefined) return;
  const { rows } = await client.query<{ text: string }>(
    `select pg_get_functiondef(oid) as text from pg_proc
     where proname = $1 and pronamespace = 'hundredfold'::regnamespace`,
    [sql.routine],
  );
  const text = rows[0]?.text ?? '';
  const broken = text.replace(sql.replace, sql.by);
  if (broken === text) throw new Error(`${name}: ${sql.routine} has no ${String(sql.replace)}`);
  await client.query(broken);
}
