import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Database, Page, PageRequest } from '../../database/index.ts';
import { piecesOf } from '../../database/repositories/row-ranges.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { answered, counterOf, definition } from './fixture.ts';

/** What the services let in at most: 48 KiB a row, with all its quotes. */
const LARGE = '"'.repeat(23_000);

/** All pages of a list, each as long as it could be. */
async function allPages<T>(list: (request: PageRequest) => Promise<Page<T>>, limit = 200): Promise<T[][]> {
  const pages: T[][] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await list({ limit, cursor });
    pages.push([...page.rows]);
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

describe.each(DRIVERS)('over %s', (driver) => {
  let place: OpenedByDriver;
  let database: Database;
  let client: pg.Client;
  const NAMES = Array.from({ length: 16 }, (_, index) => `large-${String(index).padStart(2, '0')}`);
  const ids: number[] = [];

  beforeAll(async () => {
    place = await openBy(driver);
    database = place.database;
    client = new pg.Client({ connectionString: place.connectionString });
    await client.connect();
    for (const name of NAMES) {
      ids.push((await database.predictors.apply(definition(name, { description: LARGE }), 's')).id);
    }
  });
  afterAll(async () => {
    await client.end();
    await place.close();
  });

  describe('rows as large as they may be', () => {
    test('are listed in pages that an answer can hold, each row once and in order', async () => {
      const pages = await allPages((request) => database.predictors.list(request));
      expect(pages.flat().map(({ name }) => name)).toEqual(NAMES);
      expect(pages.length).toBeGreaterThan(1);
    });

    test('are all among the states', async () => {
      expect((await database.predictors.states()).map(({ name }) => name)).toEqual(NAMES);
    });

    test('are listed of retrainings and of models too', async () => {
      const [id = 0] = ids;
      await client.query(
        `insert into hundredfold.retrainings (predictor_id, trigger, status, verdict, judgement)
         select $1, 'request', 'finished', 'kept', jsonb_build_object('n', n, 'text', $2::text) from generate_series(1, 20) n`,
        [id, LARGE],
      );
      await client.query(
        `insert into hundredfold.models (predictor_id, version, status, revision, signature, learner, settings, examples,
           metrics, sha256, key, size, fingerprint, learned, code_version)
         select $1, n, 'retired', 1, 's', 'prior', '{}', 1, jsonb_build_object('text', $2::text), repeat('a', 64), 'k', 1,
           'f', '{}', 'v' from generate_series(1, 20) n`,
        [id, LARGE],
      );
      const retrainings = await allPages((request) => database.retrainings.list(id, request));
      const models = await allPages((request) => database.models.list(id, request));
      expect(retrainings.flat()).toHaveLength(20);
      expect(models.flat().map(({ version }) => version)).toEqual(
        Array.from({ length: 20 }, (_, n) => 20 - n),
      );
      expect(models[0]?.[0]).toMatchObject({
        status: 'retired',
        size: '1',
        promotedAt: null,
        trainedAt: expect.any(Date),
      });
      for (const pages of [retrainings, models]) expect(pages.length).toBeGreaterThan(1);
    });

    test('are recorded 40 at a time, and answered again under their keys', async () => {
      const [, id = 0] = ids;
      const rows = () =>
        Array.from({ length: 40 }, (_, index) => ({
          ...answered(id, { query: LARGE }),
          idempotency: {
            scope: `large ${id}`,
            key: String(index),
            fingerprint: 'f',
            response: JSON.stringify({ index, echo: LARGE }),
          },
        }));
      const first = await database.predictions.record(rows());
      expect(first.fates.every(({ outcome }) => outcome === 'recorded')).toBe(true);
      const again = await database.predictions.record(rows());
      expect(again.fates.every(({ outcome }) => outcome === 'replayed')).toBe(true);
      expect(again.fates.map(({ response }) => JSON.parse(response ?? '').index)).toEqual(
        Array.from({ length: 40 }, (_, index) => index),
      );
      expect(await counterOf(database, NAMES[1] ?? '')).toMatchObject({ predictions: 40 });
      const [row] = first.fates;
      expect(await database.predictions.describe(row?.id ?? '')).toMatchObject({ inputs: { query: LARGE } });
    });

    test('are imported and learned from', async () => {
      const [, , id = 0] = ids;
      const rows = Array.from({ length: 60 }, (_, line) => ({
        line,
        inputs: { query: LARGE },
        label: line % 2 ? 'a' : 'b',
        value: null,
      }));
      const imported = await database.transaction(async (transaction) => {
        const importId = randomUUID();
        await transaction.imports.stage(importId, rows);
        return transaction.imports.finish(importId, id, false);
      });
      expect(imported).toMatchObject({ imported: 60, tooManyLabels: [], tooManyLabelsTotal: 0 });
      let read = 0;
      for await (const page of database.examples.learnable({
        predictorId: id,
        revision: 1,
        champion: null,
      })) {
        read += page.length;
      }
      expect(read).toBe(60);
      expect((await allPages((request) => database.examples.list(id, request))).flat()).toHaveLength(60);
    });
  });

  test('of lines refused for their labels the first thousand are told, and how many there are', async () => {
    const [, , , id = 0] = ids;
    const rows = Array.from({ length: 22_000 }, (_, line) => ({
      line,
      inputs: {},
      label: `label ${line}`,
      value: null,
    }));
    const { imported, tooManyLabels, tooManyLabelsTotal } = await database.transaction(
      async (transaction) => {
        const importId = randomUUID();
        await transaction.imports.stage(importId, rows);
        return transaction.imports.finish(importId, id, false);
      },
    );
    expect({ imported, tooManyLabelsTotal }).toEqual({ imported: 10_000, tooManyLabelsTotal: 12_000 });
    expect(tooManyLabels).toEqual(Array.from({ length: 1_000 }, (_, index) => 10_000 + index));
  });

  test('a model that learned from 150,000 rows apart from each other is registered with each of them', async () => {
    const [, , , , id = 0] = ids;
    const name = NAMES[4] ?? '';
    await database.retrainings.request(id);
    const claim = await database.training.claim(name, 600);
    if (claim === null) throw new Error('nothing to claim');
    const version = await database.training.reserveVersion(claim);
    const ranges = Array.from({ length: 150_000 }, (_, row) => `[${1e9 + row * 2},${1e9 + row * 2 + 1})`);
    const model = {
      version,
      status: 'champion' as const,
      revision: 1,
      signature: 's',
      learner: 'prior',
      settings: {},
      examples: ranges.length,
      metrics: {},
      sha256: 'a'.repeat(64),
      key: 'k',
      size: 1,
      code_version: 'v',
    };
    await database.training.finish(claim, {
      verdict: 'promoted',
      reason: 'because',
      fingerprint: 'f',
      judgement: null,
      champion: null,
      model,
      learned: `{${ranges.join(',')}}`,
      learnedLabels: `{${ranges.slice(0, 10).join(',')}}`,
    });
    const { rows } = await client.query(
      `select (select count(*)::integer from unnest(learned)) as learned,
         (select count(*)::integer from unnest(learned_labels)) as labels, learned @> 1000000000::bigint as first,
         learned @> 1000000001::bigint as between, learned @> 1000299998::bigint as last
       from hundredfold.models where predictor_id = $1 and version = $2`,
      [id, version],
    );
    expect(rows).toEqual([{ learned: 150_000, labels: 10, first: true, between: false, last: true }]);
  });
});

test('ranges are divided between two of them, and nothing is left out', () => {
  const text = `{${Array.from({ length: 50 }, (_, row) => `[${row * 3},${row * 3 + 1})`).join(',')}}`;
  for (const longest of [12, 40, 41, 100, 10_000]) {
    const pieces = piecesOf(text, longest);
    expect(`{${pieces.map((piece) => piece.slice(1, -1)).join(',')}}`).toBe(text);
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(longest + 2);
  }
});
