import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TrainingProcess } from '../../../services/local/training/training-process.ts';
import { signature } from '../../../services/ml/predictor/definition.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';
import { openTrainingPlace, type TrainingPlace } from '../../fire/training-place.ts';

let place: TrainingPlace;
beforeAll(async () => {
  place = await openTrainingPlace();
});
afterAll(() => place.close());

/** What a training computes without a pause grows with the square of the labels: of 6,000 it is 5 s, of 10,000 13 s. */
const LABELS = 6_000;

test('thousands of labels with one row each keep a lease that is shorter than a step of their training', async () => {
  const { client, connectionString, database, folder } = place;
  const definition = parseDefinition({
    name: 'labels',
    inputs: { query: { type: 'text' } },
    target: { name: 'label', type: 'label' },
  });
  const { id } = await database.predictors.apply(definition, signature(definition));
  await database.transaction(async (transaction) => {
    const importId = randomUUID();
    const rows = Array.from({ length: LABELS }, (_, n) => ({
      line: n + 2,
      inputs: { query: `row ${(n * 7919) % 100_003} of many` },
      label: `label ${n}`,
      value: null,
    }));
    for (let from = 0; from < LABELS; from += 1_000) {
      await transaction.imports.stage(importId, rows.slice(from, from + 1_000));
    }
    await transaction.imports.finish(importId, id, true);
  });
  const training = new TrainingProcess({
    connectionString,
    storeFolder: folder,
    codeVersion: 'test',
    leaseSeconds: 4,
  });
  expect(await training.train('labels')).toMatchObject({ verdict: 'promoted' });
  const { rows } = await client.query(
    'select attempts from hundredfold.retrainings where predictor_id = $1',
    [id],
  );
  expect(rows).toEqual([{ attempts: 1 }]);
  await training.stop(0);
}, 600_000);
