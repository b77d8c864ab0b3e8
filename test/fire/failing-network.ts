import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Fault } from '../support/faults/fault.ts';
import { until } from '../support/until.ts';
import { openServingPlace, type ServingPlace, type ServingProcess } from './serving-place.ts';
import { Pointing, searches, trainedVersion, type Version } from './versions.ts';

/** Models in S3, behind a network that fails in these ways; measured, with nothing beside it, also that answers are quick. */
export function networkFails(faults: readonly Fault[], isMeasured = false): void {
  let place: ServingPlace;
  let model: Version;

  beforeAll(async () => {
    place = await openServingPlace('S3');
    model = await trainedVersion('searches', 0);
  }, 60_000);
  afterAll(() => place.close());

  test.each(faults)(
    '$kind: what is in memory answers, the rest is 503 or 409, and all is well afterwards',
    async (fault) => {
      const process = await place.serve();
      await process.http.put('/predictors/searches', searches('searches'));
      const pointing = await Pointing.at(place.database, place.store, 'searches');
      await pointing.name(1, await pointing.put(1, model.bytes));
      const ask = async (by: ServingProcess) => {
        const start = performance.now();
        const { status, json } = await by.http.post('/predictors/searches/suggestions', { query: 'blood' });
        return { status, code: json.code, model: json.model, took: performance.now() - start };
      };
      await until('the model serves', () => process.champions.peek('searches')?.champion?.version === 1);

      place.network?.always(fault, ({ method }) => method === 'GET');
      // Unchanged objects have no body to fail.
      const isSilent = fault.kind !== 'silent-body' && fault.kind !== 'flipped';
      if (isSilent) await until('the problem is told', () => process.champions.problems().length === 1);
      const took: number[] = [];
      for (let n = 0; n < 50; n++) {
        const answer = await ask(process);
        expect(answer).toMatchObject({ status: 200, model: 1 });
        took.push(answer.took);
      }
      if (isMeasured) expect(took.sort((a, b) => a - b)[25]).toBeLessThan(500);
      const fresh = await place.serve();
      const refused = await ask(fresh);
      expect([refused.status, refused.code]).toEqual(
        fault.kind === 'flipped' ? [409, 'model_damaged'] : [503, 'model_store_unavailable'],
      );
      if (isMeasured) expect(refused.took).toBeLessThan(3_000);

      place.network?.clear();
      await until('all is well', () => process.champions.problems().length === 0);
      expect(await ask(fresh)).toMatchObject({ status: 200, model: 1 });
      await fresh.close();
      await process.close();
    },
  );
}
