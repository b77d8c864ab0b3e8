import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWhere } from '../support/requirement.ts';
import { mounts } from '../support/small-disk.ts';
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
    const loading = postRows(program, 4, () => over);
    await sleep(300);
    await disk.fill();
    await sleep(1_500);
    // Only its disk is full: what it does not have to write for is done.
    expect((await program.get('/ready')).status).toBe(200);
    await disk.free();
    await sleep(2_500);
    over = true;
    const load = await loading;
    expect(load.faults).toEqual([]);
    expect(load.deferred).toBeGreaterThan(20);
    await place.expectExactly(load.answered);
  }, 90_000);
});
