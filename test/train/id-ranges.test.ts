import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { IdRanges } from '../../services/train/id-ranges.ts';

const written = (ids: readonly string[]) => {
  const ranges = new IdRanges();
  for (const id of ids) ranges.add(id);
  return String(ranges);
};

describe('ids as ranges', () => {
  test('are written as PostgreSQL writes an int8multirange', () => {
    expect(written([])).toBe('{}');
    expect(written(['1', '2', '3', '7'])).toBe('{[1,4),[7,8)}');
    expect(written(['9007199254740993', '9007199254740994'])).toBe('{[9007199254740993,9007199254740995)}');
  });

  test('are the same whatever order the ids came in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.bigInt(0n, 40n)), (ids) => {
        const sorted = ids.toSorted((a, b) => Number(a - b));
        expect(written(ids.map(String))).toBe(written(sorted.map(String)));
        const found = [...written(ids.map(String)).matchAll(/\[(\d+),(\d+)\)/g)].flatMap(([, from, to]) =>
          Array.from({ length: Number(to) - Number(from) }, (_, n) => BigInt(Number(from) + n)),
        );
        expect(found).toEqual(sorted);
      }),
    );
  });

  test('refuse an id that came twice', () => {
    expect(() => written(['1', '2', '1'])).toThrow('id 1 came twice');
    expect(() => written(['5', '4', '5'])).toThrow(RangeError);
  });
});
