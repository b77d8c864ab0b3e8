import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { DirectoryStore, Spool } from '../../services/model-store/index.ts';
import { buildApp } from '../../services/predict/service/app.ts';
import { Champions } from '../../services/serving/champions.ts';
import { retrain } from '../../services/train/index.ts';
import { type OpenedByDriver, openBy } from '../database/drivers.ts';
import { counterOf } from '../database/fixture.ts';
import type { DataApi } from '../support/data-api/data-api.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { PATIENT } from '../support/patience.ts';
import { until } from '../support/until.ts';
import { postRows } from './sleeping-load.ts';

/** What befalls the stand-in, by its name. */
export type Trouble = readonly [string, (api: DataApi) => void];

/**
 * Under load for so many milliseconds from the trouble on: no answer fails, each row is stored and counted once. Measured,
 * with nothing beside it, none is late either.
 */
export function troubledDataApi(
  troubles: readonly Trouble[],
  milliseconds: number,
  isMeasured = false,
): void {
  let opened: OpenedByDriver;
  let folder: TemporaryFolder;
  let app: FastifyInstance;
  let spool: Spool;
  let url: string;
  let answered = new Set<string>();

  beforeAll(async () => {
    opened = await openBy('the Data API');
    folder = await temporaryFolder();
    const { database } = opened;
    const store = new DirectoryStore(folder.path);
    spool = new Spool(store);
    const champions = new Champions({ store });
    app = buildApp({ database, store, champions, settings: isMeasured ? {} : PATIENT });
    await app.listen({ port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    await app.inject({
      method: 'PUT',
      url: '/predictors/p',
      payload: { name: 'p', inputs: { query: { type: 'text' } }, target: { name: 'side', type: 'label' } },
    });
    const csv = Array.from({ length: 40 }, (_, n) => `word ${n % 8},${n % 2 ? 'left' : 'right'}`).join('\n');
    const headers = { 'content-type': 'text/csv' };
    await app.inject({
      method: 'POST',
      url: '/predictors/p/examples',
      payload: `query,side\n${csv}`,
      headers,
    });
    await retrain('p', { database, store, codeVersion: 'test' });
    // In memory before the trouble begins: what answers without the database is a model that was fetched.
    await champions.refresh('p');
  }, 60_000);
  afterAll(async () => {
    await app.close();
    await opened.close();
    await folder.remove();
  }, 30_000);

  async function drained(): Promise<void> {
    await until('the spool is empty', async () => {
      for await (const _ of spool.names()) return false;
      return true;
    });
  }

  test.each(troubles)(
    '%s costs no answer and no row',
    async (_what, trouble) => {
      if (opened.api === null) throw new Error('no stand-in');
      let over = false;
      const seen = { answered: 0, deferred: 0 };
      const loading = postRows({ url }, 8, () => over, seen);
      await until('rows are answered', () => seen.answered > 50);
      trouble(opened.api);
      await sleep(milliseconds);
      over = true;
      const load = await loading;
      await drained();
      expect(load.faults.slice(0, 5)).toEqual([]);
      if (isMeasured) expect(load.worst).toBeLessThan(1_500);
      answered = new Set([...answered, ...load.answered]);
      const counter = await counterOf(opened.database, 'p');
      expect(counter).toMatchObject({
        ...{ counted: answered.size, predictions: answered.size, newRows: answered.size % 100 },
        requests: Math.floor(answered.size / 100),
      });
      for (const id of [...load.answered].slice(0, 50)) {
        expect(await opened.database.predictions.describe(id)).toMatchObject({ id });
      }
    },
    60_000,
  );
}
