import { randomUUID } from 'node:crypto';
import { chmod, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, type NewPrediction, openDatabase } from '../../database/index.ts';
import {
  blockOf,
  DirectoryStore,
  placedId,
  Spool,
  type SpooledPrediction,
} from '../../services/model-store/index.ts';
import type { MetricName } from '../../services/observability/metric-table.ts';
import { noMetrics } from '../../services/observability/metrics.ts';
import { drainSpool } from '../../services/recording/drain-spool.ts';
import { predictionIdOf } from '../../services/recording/prediction-id.ts';
import { SpoolDrain } from '../../services/recording/spool-drain.ts';
import { answered, counterOf, definition } from '../database/fixture.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { SqlError, Table } from './table.ts';

let testDatabase: TestDatabase;
let database: Database;
let folder: TemporaryFolder;
let store: DirectoryStore;
let spool: Spool;
let predictorId: number;
let counted: Map<string, number>;
let set: Map<string, number>;
let logged: string[];
beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ connectionString: testDatabase.connectionString, connections: 6 });
  ({ id: predictorId } = await database.predictors.apply(definition('searches'), 's'));
  folder = await temporaryFolder();
  store = new DirectoryStore(folder.path);
  spool = new Spool(store);
  counted = new Map();
  set = new Map();
  logged = [];
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
  await folder.remove();
});

const metrics = {
  ...noMetrics,
  set: (name: MetricName<'gauge'>, value: number) => set.set(name, value),
  add: (name: MetricName<'counter'>, amount = 1) => counted.set(name, (counted.get(name) ?? 0) + amount),
};
const log = { error: (message: string, error: unknown) => logged.push(`${message}: ${error}`) };
const options = () => ({ spool, predictions: database.predictions, metrics, log });

function prediction(change: Partial<SpooledPrediction> = {}): SpooledPrediction {
  const id = randomUUID();
  return {
    ...answered(predictorId, { id }),
    predictor: 'searches',
    answeredAt: Date.now() - 60_000,
    ...change,
  };
}

async function fill(rows: number): Promise<SpooledPrediction[]> {
  const all = Array.from({ length: rows }, () => prediction());
  for (const one of all) await spool.put(one);
  return all;
}

async function names(prefix = 'spool/'): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

describe('draining the rows of a call', () => {
  const call = randomUUID();
  const placed = (place: number, change: Partial<SpooledPrediction> = {}) =>
    prediction({ id: placedId(call, place), ...change });
  const block = (place: number) => blockOf(placedId(call, place)) ?? '';

  test('records every row once, by however many processes, and takes the blocks out', async () => {
    for (const from of [0, 64, 128, 192]) {
      await spool.putBlock(
        block(from),
        Array.from({ length: 64 }, (_, n) => placed(from + n)),
      );
    }
    const passes = await Promise.all([1, 2, 3].map(() => drainSpool(options())));
    expect(passes.every(({ refused }) => refused === 0)).toBe(true);
    expect(await names()).toEqual([]);
    expect(await counterOf(database, 'searches')).toMatchObject({ predictions: 256 });
  });

  test('sets a row aside that is at fault, and no other', async () => {
    await spool.putBlock(block(0), [placed(0), placed(1, { predictor: 'another' }), placed(2)]);
    expect(await drainSpool(options())).toEqual({ drained: 2, refused: 1 });
    expect(await names()).toEqual([]);
    expect(await names('spool-refused/')).toEqual([`spool-refused/${placedId(call, 1)}.json`]);
    expect(logged.join()).toContain(placedId(call, 1));
  });

  test('leaves what was not recorded, and finds one row by its id', async () => {
    const rows = [placed(0), placed(1)];
    await spool.putBlock(block(0), rows);
    const away = { record: () => Promise.reject(new SqlError('57P01')) };
    await expect(drainSpool({ ...options(), predictions: away })).rejects.toThrow();
    expect(await spool.read(block(0))).toEqual(rows);
    const drain = new SpoolDrain({
      ...options(),
      watch: { isAway: false, lost: () => {}, refused: () => {}, answered: () => {} },
    });
    await drain.one(placedId(call, 1));
    expect(await names()).toEqual([]);
    expect(await counterOf(database, 'searches')).toMatchObject({ predictions: 2 });
    await drain.stop();
  });
});

describe('draining the spool', () => {
  test('records every row once and takes it out, also where several processes drain at once', async () => {
    const rows = await fill(230);
    const told: boolean[] = [];
    const onRecorded = (waiting: boolean) => told.push(waiting);
    const passes = await Promise.all([1, 2, 3].map(() => drainSpool({ ...options(), onRecorded })));
    expect(passes.every(({ refused }) => refused === 0)).toBe(true);
    expect(await names()).toEqual([]);
    // The hundredth row asks for a retraining wherever it comes from, and whoever recorded it is to dispatch it.
    expect(told).toContain(true);
    for (const { id, answeredAt } of rows) {
      const stored = await database.predictions.describe(id);
      expect(stored).toMatchObject({ id, inputs: { query: 'labora' } });
      expect(Date.parse(String(stored?.createdAt))).toBe(answeredAt);
    }
    expect(await counterOf(database, 'searches')).toMatchObject({
      ...{ counted: 230, predictions: 230, requests: 2, newRows: 30 },
    });
  });

  test('that finds a row in the database already just takes it out', async () => {
    const [row] = await fill(1);
    if (row === undefined) throw new Error('no row');
    await database.predictions.record([row]);
    expect(await drainSpool(options())).toEqual({ drained: 1, refused: 0 });
    expect(await counterOf(database, 'searches')).toMatchObject({ counted: 1, predictions: 1 });
  });

  test('moves aside what cannot be recorded, says so, and records the rest', async () => {
    await fill(20);
    const broken = randomUUID();
    await store.put(`spool/${broken}.json`, Buffer.from('{"format":1'));
    await store.put('spool/notes.json', Buffer.from('{}'));
    const gone = prediction({ predictorId: predictorId + 1 });
    const renamed = prediction({ predictor: 'another' });
    const bad = prediction({ inputs: { query: 'a\u0000b' } });
    for (const row of [gone, renamed, bad]) await spool.put(row);
    expect(await drainSpool(options())).toEqual({ drained: 20, refused: 5 });
    expect(await names()).toEqual([]);
    const aside = [broken, 'notes', gone.id, renamed.id, bad.id].map((name) => `spool-refused/${name}.json`);
    expect(await names('spool-refused/')).toEqual(aside.sort());
    expect(counted.get('hundredfold_spool_refused_total')).toBe(5);
    expect(counted.get('hundredfold_spool_drained_total')).toBe(20);
    expect(counted.get('hundredfold_predictions_recorded_total')).toBe(20);
    expect(logged.length).toBe(5);
    expect(await counterOf(database, 'searches')).toMatchObject({ predictions: 20 });
  });

  test('passes over what lies under a name that no store takes, and says so once', async () => {
    await fill(3);
    const copy = `${randomUUID()} copy.json`;
    await writeFile(path.join(folder.path, 'spool', copy), '{}');
    expect(await drainSpool(options())).toEqual({ drained: 3, refused: 0 });
    expect(await drainSpool(options())).toEqual({ drained: 0, refused: 0 });
    expect(await names()).toEqual([`spool/${copy}`]);
    expect(logged).toEqual([expect.stringContaining(copy)]);
  });

  test('passes over what cannot be read, says so once, and records the others', async () => {
    const [first] = await fill(3);
    const file = path.join(folder.path, 'spool', `${first?.id}.json`);
    const bytes = await readFile(file);
    await rm(file);
    // A link to itself is unreadable to everybody, root among them.
    await symlink(file, file);
    expect(await drainSpool(options())).toEqual({ drained: 2, refused: 0 });
    expect(await drainSpool(options())).toEqual({ drained: 0, refused: 0 });
    expect([...spool.unreadable]).toEqual([first?.id]);
    expect(set.get('hundredfold_spool_passed_over')).toBe(1);
    expect(logged).toEqual([expect.stringContaining(`spool/${first?.id}.json is passed over`)]);
    await rm(file);
    await writeFile(file, bytes);
    expect(await drainSpool(options())).toEqual({ drained: 1, refused: 0 });
    expect([spool.unreadable.size, set.get('hundredfold_spool_passed_over')]).toEqual([0, 0]);
  });

  test('passes over a file that we have no right to', async () => {
    const [first] = await fill(3);
    const file = path.join(folder.path, 'spool', `${first?.id}.json`);
    await chmod(folder.path, 0o777);
    await chmod(path.join(folder.path, 'spool'), 0o777);
    for (const name of await readdir(path.join(folder.path, 'spool'))) {
      await chmod(path.join(folder.path, 'spool', name), 0o666);
    }
    await chmod(file, 0);
    // Root may read all: as root we are somebody else for a moment.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(await drainSpool(options())).toEqual({ drained: 2, refused: 0 });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect(await names()).toEqual([`spool/${first?.id}.json`]);
    expect([...spool.unreadable]).toEqual([first?.id]);
  });

  test('takes a row out that was erased, and does not bring it back', async () => {
    const [row] = await fill(1);
    if (row === undefined) throw new Error('no row');
    await database.predictions.record([row]);
    await database.predictions.erase(row.id);
    expect(await drainSpool(options())).toEqual({ drained: 1, refused: 0 });
    expect(await database.predictions.describe(row.id)).toBeNull();
  });

  test('moves a row aside whose key had been used with another body', async () => {
    const id = predictionIdOf('searches', 'anonymous', 'a');
    const keyed = (fingerprint: string) =>
      prediction({ id, idempotency: { scope: 's', key: 'a', fingerprint, response: '{}' } });
    await database.predictions.record([keyed('f')]);
    await spool.put(keyed('g'));
    expect(await drainSpool(options())).toEqual({ drained: 0, refused: 1 });
    expect(logged[0]).toContain('another body');
  });

  test('moves a row aside whose key is too long for its index, and records its neighbours', async () => {
    await fill(5);
    const key = Array.from({ length: 400 }, () => randomUUID()).join('');
    const long = prediction({ idempotency: { scope: 's', key, fingerprint: 'f', response: '{}' } });
    await spool.put(long);
    expect(await drainSpool(options())).toEqual({ drained: 5, refused: 1 });
    expect(await names('spool-refused/')).toEqual([`spool-refused/${long.id}.json`]);
    expect(logged[0]).toContain('index row');
  });

  test('leaves a row where it is that alone fails the database, twice, records its neighbours, and says so once', async () => {
    const [first, ...others] = await fill(9);
    const table = new Table();
    const failing = new SqlError('XX000');
    const predictions = {
      record: async (rows: readonly NewPrediction[]) => {
        if (rows.some(({ id }) => id === first?.id)) throw failing;
        return table.record(rows);
      },
    };
    for (const [at, drained] of [8, 8].entries()) {
      expect(await drainSpool({ ...options(), predictions })).toEqual({ drained, refused: 0 });
      expect([...table.stored].sort()).toEqual(others.map(({ id }) => id).sort());
      expect([await names(), await names('spool-refused/')]).toEqual([[`spool/${first?.id}.json`], []]);
      expect([...spool.unreadable]).toEqual([first?.id]);
      expect(set.get('hundredfold_spool_passed_over')).toBe(1);
      expect(counted.get('hundredfold_recording_faults_total')).toBe(at + 1);
      expect(logged).toEqual([expect.stringContaining(`spool/${first?.id}.json is passed over`)]);
      for (const other of at === 0 ? others : []) await spool.put(other);
    }
    expect(await drainSpool(options())).toEqual({ drained: 1, refused: 0 });
    expect([await names(), spool.unreadable.size]).toEqual([[], 0]);
  });

  test.each(['42501', '42P01', '28P01', 'data_api_denied'])(
    'ends with the first statement where all would fail: %s',
    async (code) => {
      await fill(20);
      let statements = 0;
      const record = () => {
        statements += 1;
        return Promise.reject(new SqlError(code));
      };
      await expect(drainSpool({ ...options(), predictions: { record } })).rejects.toMatchObject({ code });
      expect([statements, (await names()).length]).toEqual([1, 20]);
    },
  );

  test.each(['42883', 'XX000', '25006'])(
    'leaves everything where it is when all fail with %s',
    async (code) => {
      await fill(3);
      const predictions = { record: () => Promise.reject(new SqlError(code)) };
      await expect(drainSpool({ ...options(), predictions })).rejects.toMatchObject({ code });
      expect([(await names()).length, await names('spool-refused/')]).toEqual([3, []]);
    },
  );

  test('leaves everything where it is while the database is away', async () => {
    await fill(3);
    const away = { record: () => Promise.reject(new SqlError('57P03')) };
    await expect(drainSpool({ ...options(), predictions: away })).rejects.toMatchObject({ code: '57P03' });
    expect((await names()).length).toBe(3);
  });
});

describe('a process', () => {
  const nothing = () => undefined;
  const watch = { isAway: false, lost: nothing, refused: nothing, answered: nothing };

  test('drains once at a time, and looks again only where something may have come', async () => {
    const drain = new SpoolDrain({ ...options(), watch });
    await fill(5);
    drain.poke();
    drain.poke();
    await drain.settled();
    expect([await names(), drain.isSuspected]).toEqual([[], false]);
    await fill(1);
    drain.poke();
    await drain.settled();
    expect((await names()).length).toBe(1);
    drain.grown();
    drain.poke();
    await drain.settled();
    expect([await names(), drain.size]).toEqual([[], 0]);
  });

  test('does not take a row that cannot be read for one that is not there', async () => {
    const drain = new SpoolDrain({ ...options(), watch });
    const [row] = await fill(1);
    const file = path.join(folder.path, 'spool', `${row?.id}.json`);
    await rm(file);
    await symlink(file, file);
    await expect(drain.one(row?.id ?? '')).rejects.toMatchObject({ code: 'store_failed' });
  });

  test('records one row that is asked for', async () => {
    const drain = new SpoolDrain({ ...options(), watch });
    const [row] = await fill(2);
    expect(await drain.one(row?.id ?? '')).toBe(true);
    expect(await drain.one(row?.id ?? '')).toBe(false);
    expect((await names()).length).toBe(1);
  });
});
