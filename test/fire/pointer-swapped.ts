import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { openServingPlace, type ServingPlace, type StoreKind } from './serving-place.ts';
import { Pointing, QUERIES, searches, trainedVersion, type Version } from './versions.ts';

const REQUESTS_A_SWAP = 100;
const CLIENTS = 16;
/** One request in so many is a prediction, which is recorded; the others are suggestions. */
const RECORDED = 10;

/** Swaps the pointer so often, with a hundred requests from one time to the next. */
export function swappedOver(kind: StoreKind, swapped: number): void {
  const asked = swapped * REQUESTS_A_SWAP;
  let place: ServingPlace;
  let versions: readonly Version[];

  beforeAll(async () => {
    place = await openServingPlace(kind);
    versions = await Promise.all([0, 1, 2, 3].map((turn) => trainedVersion('searches', turn)));
  }, 60_000);
  afterAll(() => place.close());

  test(`a pointer that is swapped ${swapped} times during ${asked} requests: every answer is one version’s own`, async () => {
    const { http, champions } = await place.serve();
    expect((await http.put('/predictors/searches', searches('searches'))).status).toBe(201);
    const pointing = await Pointing.at(place.database, place.store, 'searches');
    const names = await Promise.all(versions.map(({ bytes }, n) => pointing.put(n + 1, bytes)));
    const expected = versions.map(({ model }) =>
      Object.fromEntries(QUERIES.map((query) => [query, model.answer({ query }, 3)])),
    );
    // They can be told apart by any of their answers.
    for (const query of QUERIES) {
      expect(new Set(expected.map((answers) => JSON.stringify(answers[query]))).size).toBe(versions.length);
    }
    const serving = () => champions.peek('searches')?.champion?.version;
    const swapTo = async (version: number) => {
      const artifact = names[version - 1];
      if (artifact === undefined) throw new Error(`no version ${version}`);
      await pointing.name(version, artifact);
      await until(`version ${version} serves`, () => serving() === version);
    };
    await swapTo(1);

    let swaps = 0;
    let requests = 0;
    const wrong: unknown[] = [];
    const seen = new Map<number, number>();
    const ask = async (n: number) => {
      const query = QUERIES[n % QUERIES.length] ?? '';
      const what = n % RECORDED === 0 ? 'predictions' : 'suggestions';
      const { status, json } = await http.post(`/predictors/searches/${what}`, { query });
      const { model, suggestions } = json;
      seen.set(model, (seen.get(model) ?? 0) + 1);
      const isRight = JSON.stringify({ suggestions }) === JSON.stringify(expected[model - 1]?.[query]);
      if (!isRight || status !== (what === 'predictions' ? 201 : 200)) wrong.push({ status, query, json });
    };
    const client = async () => {
      while (requests < asked || swaps < swapped) {
        // Not far ahead of the swaps, so that all of them fall among requests.
        if (requests < (swaps + 2) * REQUESTS_A_SWAP) await ask(++requests);
        else await sleep(1);
      }
    };
    const swapper = async () => {
      for (; swaps < swapped; swaps++) {
        await until('requests between two swaps', () => requests >= swaps * REQUESTS_A_SWAP);
        await swapTo(((swaps + 1) % versions.length) + 1);
      }
    };
    await Promise.all([swapper(), ...Array.from({ length: CLIENTS }, client)]);

    expect(wrong.slice(0, 3)).toEqual([]);
    expect([...seen.keys()].sort()).toEqual([1, 2, 3, 4]);
    for (const count of seen.values()) expect(count).toBeGreaterThan(asked / 10);
    expect(champions.problems()).toEqual([]);
  }, 120_000);
}
