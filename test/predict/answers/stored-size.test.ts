import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonbSize } from '../../../database/index.ts';
import type { Row } from '../../../services/ml/predictor/definition.ts';
import { STORED_LIMIT, storedSize, surelyFits } from '../../../services/predict/answers/stored-size.ts';

const sizeOf = (row: Row, target: string | number) => jsonbSize(row) + jsonbSize(target);

describe('a row that is known to fit without its JSON', () => {
  const text = fc
    .tuple(
      fc.constantFrom('\u0001', '"', '€', '\u{1F600}', '\ud800', 'a'),
      fc.integer({ min: 0, max: 9_000 }),
    )
    .map(([character, times]) => character.repeat(times));
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(1e300, -5e-324, 0),
  );
  const value = fc.oneof(text, number, fc.boolean(), fc.constant(null));
  const row = fc.dictionary(fc.string({ minLength: 1, maxLength: 40 }), value, { maxKeys: 12 });
  const target = fc.oneof(fc.string({ maxLength: 255 }), number);

  test('does fit, whatever is in it', () => {
    let known = 0;
    fc.assert(
      fc.property(row, target, (inputs, answer) => {
        if (!surelyFits(inputs, answer)) return;
        known++;
        expect(sizeOf(inputs, answer)).toBeLessThanOrEqual(STORED_LIMIT);
        expect(storedSize(inputs, answer)).toBeLessThanOrEqual(STORED_LIMIT);
      }),
      { numRuns: 500 },
    );
    expect(known).toBeGreaterThan(50);
  });

  test('may be all but full: of control characters and of wide numbers there is one less than fits', () => {
    const controls = { text: '\u0001'.repeat(8_170) };
    expect(surelyFits(controls, 1)).toBe(true);
    expect(sizeOf(controls, 1)).toBeGreaterThan(STORED_LIMIT - 200);
    const wide: Row = Object.fromEntries(
      Array.from({ length: 147 }, (_, i) => [`n${i}`, -2.2250738585072014e-308]),
    );
    expect(sizeOf(wide, 1)).toBeGreaterThan(STORED_LIMIT);
    expect(surelyFits(wide, 1)).toBe(false);
  });
});
