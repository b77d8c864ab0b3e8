import { describe, expect, test } from '@jest/globals';
import { nearestName } from '../../../services/ml/predictor/nearest-name.ts';

describe('the nearest name', () => {
  test.each([
    ['Größe', ['subject', 'GRÖSSE', 'größen'], 'GRÖSSE'],
    ['createdAt', ['updated_at', 'created_at'], 'created_at'],
    ['naïve', ['native', 'naive'], 'naive'],
    ['service', ['servcie', 'servant'], 'servcie'],
    ['subject', ['team', 'Ticket subject'], 'Ticket subject'],
    ['team', ['item', 'subject', 'id'], undefined],
    ['t', ['y', 'x'], undefined],
    ['t', ['T'], 'T'],
    ['age', [], undefined],
    ['—', ['-', '…'], undefined],
  ])('to %j of %j is %j', (name, candidates, nearest) => {
    expect(nearestName(name, candidates)).toBe(nearest);
  });

  test('of thousands of long ones is found in no time', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => `${'x'.repeat(250)}${at}`);
    const { user } = process.cpuUsage();
    expect(nearestName('y'.repeat(255), many)).toBeUndefined();
    expect(process.cpuUsage().user - user).toBeLessThan(1_000_000); // in microseconds; all of them letter by letter take 10 s
  });
});
