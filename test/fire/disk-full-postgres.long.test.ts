import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { query } from '../local/postgres/query.ts';
import { describeWhere } from '../support/requirement.ts';
import { mounts } from '../support/small-disk.ts';
import { until } from '../support/until.ts';
import { openPostgresDisk, type PostgresDisk } from './postgres-disk.ts';
import { postRows } from './sleeping-load.ts';

describeWhere(mounts(), 'a full disk under PostgreSQL', () => {
  let place: PostgresDisk;
  beforeAll(async () => {
    place = await openPostgresDisk();
  }, 90_000);
  afterAll(() => place.close());

  test('is no trouble for predictions: they are answered, and recorded once there is room, each once', async () => {
    const { program, disk } = place;
    let over = false;
    const seen = { answered: 0, deferred: 0 };
    const loading = postRows(program, 4, () => over, seen);
    await until('rows are answered', () => seen.answered > 20);
    await disk.fill();
    await until('rows are deferred', () => seen.deferred > 20);
    // Only its disk is full: what it does not have to write for is done.
    expect((await program.get('/ready')).status).toBe(200);
    await disk.free();
    const before = seen.answered;
    await until('more rows are answered', () => seen.answered > before + 100);
    over = true;
    const load = await loading;
    expect(load.faults).toEqual([]);
    expect(load.deferred).toBeGreaterThan(20);
    await place.expectExactly(load.answered);
  }, 90_000);
});

describeWhere(mounts(), 'a disk too full for a write-ahead log', () => {
  let place: PostgresDisk;
  beforeAll(async () => {
    place = await openPostgresDisk();
  }, 90_000);
  afterAll(() => place.close());

  test('ends PostgreSQL again and again; predictions are answered, other calls say why not; with room it runs', async () => {
    const { program, disk, connectionString } = place;
    let over = false;
    const seen = { answered: 0, deferred: 0 };
    const loading = postRows(program, 4, () => over, seen);
    await until('rows are answered', () => seen.answered > 20);
    await disk.fill();
    await expect(needNewLog(connectionString)).rejects.toThrow();
    // Longer than the attempts to start it that are told of.
    await program.process.waitForLine(/cannot be started; trying again every 5 s/, 60_000);
    expect(await program.get('/ready')).toMatchObject({ status: 200, body: { database: 'away' } });
    expect(await program.get('/predictors/p')).toMatchObject({
      status: 503,
      body: { code: 'database_unavailable' },
    });
    await until('rows are deferred', () => seen.deferred > 500);
    await disk.free();
    await program.process.waitForLine(/PostgreSQL ended by itself and was started again/, 30_000);
    const before = seen.answered;
    await until('more rows are answered', () => seen.answered > before + 100);
    over = true;
    const load = await loading;
    expect(load.faults).toEqual([]);
    expect(load.deferred).toBeGreaterThan(500);
    await place.expectExactly(load.answered);
  }, 150_000);
});

/** A server that cannot write its log must not go on. */
async function needNewLog(connectionString: string): Promise<void> {
  for (let n = 0; n < 30; n++) {
    await query(connectionString, `select pg_logical_emit_message(true, 'test', repeat('x', 100000))`);
    await query(connectionString, 'select pg_switch_wal()');
  }
}
