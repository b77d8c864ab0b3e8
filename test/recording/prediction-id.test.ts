import { describe, expect, test } from '@jest/globals';
import {
  isPredictionId,
  newPlacedIds,
  newPredictionId,
  placedIdsOf,
  predictionIdOf,
} from '../../services/recording/prediction-id.ts';

describe('the id of a prediction', () => {
  test('with a key is a UUID of version 8, the same whenever it is asked for', () => {
    const id = predictionIdOf('searches', 'anonymous', 'a');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    // As any other program that reads decision 0017 would make it.
    expect(id).toBe(predictionIdOf('searches', 'anonymous', 'a'));
    expect(id).toBe('58fd155d-cf3d-848a-8874-97567640b396');
    expect(isPredictionId(id)).toBe(true);
  });

  test('with a key is another one for each predictor, caller and key, however they are split', () => {
    const parts: [string, string, string][] = [
      ['searches', 'anonymous', 'a'],
      ['searches', 'anonymous', 'b'],
      ['tickets', 'anonymous', 'a'],
      ['searches', 'somebody', 'a'],
      ['searches', 'anonymous"', 'a'],
      ['searchesanonymous', '', 'a'],
      ['searches', 'anonymousa', ''],
    ];
    expect(new Set(parts.map((three) => predictionIdOf(...three))).size).toBe(parts.length);
  });

  test('with a key of many rows is another one for each place', () => {
    const ids = [0, 1, 10, 999].map(placedIdsOf('searches', 'anonymous', 'a'));
    expect(new Set([...ids, predictionIdOf('searches', 'anonymous', 'a')]).size).toBe(5);
    // As any other program that reads decision 0017 would make it.
    expect(ids[3]).toBe('ce9666e1-cec7-83e7-b100-bb9ec443936d');
    expect(ids.every(isPredictionId)).toBe(true);
  });

  test('without a key is a UUID of version 7, in the order of time', () => {
    const ids = [
      ...[1, 2, 1_800_000_000_000].map((now) => newPredictionId(now)),
      ...[0, 1, 255, 999].map(newPlacedIds(1_800_000_000_001)),
    ];
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
