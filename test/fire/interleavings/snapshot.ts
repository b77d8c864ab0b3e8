import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';

/** Everything that is stored of one predictor: the spool first, then the database in one statement, then the pointer. */
export interface Snapshot {
  readonly spooled: readonly { readonly id: string; readonly nonce: number }[];
  readonly setAside: readonly { readonly id: string; readonly nonce: number }[];
  readonly predictor: {
    readonly champion: number | null;
    readonly change: number;
    readonly revision: number;
  };
  readonly counter: {
    readonly every: number;
    readonly counts: 'predictions' | 'labels';
    readonly newRows: number;
    readonly counted: number;
    readonly predictions: number;
  };
  readonly predictions: readonly { readonly id: string; readonly row: number; readonly nonce: number }[];
  readonly examples: readonly {
    readonly row: number;
    readonly prediction: string | null;
    readonly nonce: number | null;
    readonly label: string;
  }[];
  readonly retrainings: readonly {
    readonly id: number;
    readonly trigger: string;
    readonly every: number | null;
    readonly status: string;
    readonly verdict: string | null;
  }[];
  readonly models: readonly Model[];
  /** The ledger: rows that were inserted or deleted, and how retrainings changed, in order. */
  readonly rows: readonly {
    readonly seq: number;
    readonly kind: 'prediction' | 'example';
    readonly happened: 'insert' | 'delete';
    readonly row: number;
    readonly id: string | null;
  }[];
  readonly turns: readonly Turn[];
  readonly trainingIsOn: boolean;
  readonly pointer: Pointer | null;
}

export interface Model {
  readonly version: number;
  readonly status: string;
  readonly retraining: number;
  readonly sha256: string;
  readonly key: string;
  readonly erased: number;
  /** Half-open ranges of row ids. */
  readonly learned: readonly (readonly [number, number])[];
}

export interface Turn {
  readonly seq: number;
  readonly id: number;
  readonly before: string | null;
  readonly status: string;
  readonly verdict: string | null;
  readonly token: number | null;
  readonly merged: number | null;
  readonly reason: string | null;
}

export interface Pointer {
  readonly change: number;
  readonly revision: number;
  readonly champion: { readonly model: number; readonly key: string; readonly sha256: string } | null;
}

const QUERY = `
  select jsonb_build_object(
    'predictor', (select jsonb_build_object('champion', champion, 'change', change, 'revision', revision)
      from hundredfold.predictors where id = $1),
    'counter', (select jsonb_build_object('every', every, 'counts', counts, 'newRows', new_rows, 'counted', counted,
        'predictions', predictions)
      from hundredfold.counters where predictor_id = $1),
    'predictions', (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'row', row_id, 'nonce', inputs -> 'nonce')), '[]')
      from hundredfold.predictions where predictor_id = $1),
    'examples', (select coalesce(jsonb_agg(jsonb_build_object('row', row_id, 'prediction', prediction_id,
        'nonce', inputs -> 'nonce', 'label', label)), '[]')
      from hundredfold.examples where predictor_id = $1),
    'retrainings', (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'trigger', trigger, 'every', every,
        'status', status, 'verdict', verdict) order by id), '[]')
      from hundredfold.retrainings where predictor_id = $1),
    'models', (select coalesce(jsonb_agg(jsonb_build_object('version', version, 'status', status,
        'retraining', retraining_id, 'sha256', sha256, 'key', key, 'erased', erased, 'learned', (
          select coalesce(jsonb_agg(jsonb_build_array(lower(r), upper(r))), '[]') from unnest(learned) r))
        order by version), '[]')
      from hundredfold.models where predictor_id = $1),
    'rows', (select coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'kind', kind, 'happened', happened, 'row', row_id,
        'id', prediction_id) order by seq), '[]')
      from ledger.rows where predictor_id = $1),
    'turns', (select coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'id', id, 'before', before, 'status', status,
        'verdict', verdict, 'token', token, 'merged', merged_into, 'reason', reason) order by seq), '[]')
      from ledger.retrainings where predictor_id = $1),
    'trainingIsOn', (select count(*) = 0 from hundredfold.settings where name = 'training' and value = 'off')
  ) as stored`;

export async function takeSnapshot(
  client: pg.Pool,
  storeFolder: string,
  predictor: { readonly id: number; readonly name: string },
): Promise<Snapshot> {
  // What leaves the spool was recorded before: looked at in this order, nothing is between the two.
  const spooled = await waiting(path.join(storeFolder, 'spool'), predictor.name);
  const { rows } = await client.query<{ stored: Omit<Snapshot, 'spooled' | 'setAside' | 'pointer'> }>(QUERY, [
    predictor.id,
  ]);
  const [found] = rows;
  if (found === undefined) throw new Error('nothing was found');
  return {
    ...found.stored,
    spooled,
    setAside: await waiting(path.join(storeFolder, 'spool-refused'), predictor.name),
    pointer: await readJson<Pointer>(path.join(storeFolder, 'pointers', `${predictor.name}.json`)),
  };
}

interface SpooledRow {
  readonly id: string;
  readonly predictor: string;
  readonly inputs: { readonly nonce: number };
}

/** Rows of one call. */
interface SpooledRows {
  readonly predictions: readonly SpooledRow[];
}

async function waiting(folder: string, predictor: string): Promise<{ id: string; nonce: number }[]> {
  const names = await readdir(folder).catch(() => []);
  const rows = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map((name) => readJson<SpooledRow | SpooledRows>(path.join(folder, name))),
  );
  return rows
    .flatMap((row) => (row !== null && 'predictions' in row ? row.predictions : (row ?? [])))
    .filter((row) => row.predictor === predictor)
    .map((row) => ({ id: row.id, nonce: row.inputs.nonce }));
}

async function readJson<T>(file: string): Promise<T | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}
