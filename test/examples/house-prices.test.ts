import { describe, expect, test } from '@jest/globals';
import { countBy, definitionOf, rowsOf } from './example.ts';

const rows = rowsOf('house-prices');
const definition = definitionOf('house-prices');

describe('the house-prices example', () => {
  test('has 300 houses, each with a price above zero', () => {
    expect(rows).toHaveLength(300);
    expect(rows.filter((row) => !(typeof row.target === 'number' && row.target > 0))).toEqual([]);
  });

  test('shows a number, a date, a boolean and a category side by side', () => {
    const types = new Set(Object.values(definition.inputs).map((input) => input.type));
    expect(types).toEqual(new Set(['number', 'date', 'boolean', 'category']));
  });

  test.each(Object.entries(definition.inputs).filter(([, input]) => input.optional))(
    'lacks about a tenth of the optional %s',
    (name) => {
      const missing = rows.filter((row) => row.inputs[name] === null).length / rows.length;
      expect(missing).toBeGreaterThan(0.05);
      expect(missing).toBeLessThan(0.15);
    },
  );

  test('has each district, heating and balcony often enough to learn from', () => {
    for (const name of ['district', 'heating', 'balcony']) {
      const counts = countBy(rows, (row) => row.inputs[name]);
      expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(20);
    }
  });

  test('costs more in the Old Town than in the Meadows, for the same area', () => {
    expect(perArea('Old Town')).toBeGreaterThan(1.3 * perArea('Meadows'));
  });
});

/** The mean price of an area unit in a district, in thousands. */
function perArea(district: string): number {
  const there = rows.filter((row) => row.inputs.district === district);
  const ratios = there.map((row) => Number(row.target) / Number(row.inputs.area));
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}
