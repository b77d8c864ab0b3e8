import { describe, expect, test } from '@jest/globals';
import { bar, bytes, count, figure, share, time } from '../../../services/cli/terminal/figures.ts';

describe('figures', () => {
  test('are plain', () => {
    expect([count(1_234_567), count(0), count(null)]).toEqual(['1,234,567', '0', '–']);
    expect([share(0.9345), share(1), share(null)]).toEqual(['0.934', '1.000', '–']);
    expect([figure(412_345.678), figure(0.1 + 0.2), figure(-3), figure(null)]).toEqual([
      '412346',
      '0.3',
      '-3',
      '–',
    ]);
    expect([bytes(0), bytes(999), bytes(1000), bytes(1_073_741_824)]).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '1.1 GB',
    ]);
  });

  test('times are to the minute, and no time is none', () => {
    expect(time('2026-11-20T08:15:59.123+01:00')).toBe('2026-11-20 07:15 UTC');
    expect([time(null), time('yesterday')]).toEqual(['–', '–']);
  });

  test('a bar is full when everything is done, and not before', () => {
    expect([bar(0, 10, 5), bar(99, 100, 5), bar(100, 100, 5)]).toEqual(['[-----]', '[####-]', '[#####]']);
    expect([bar(250, 100, 5), bar(1, 0, 5)]).toEqual(['[#####]', '[-----]']);
  });
});
