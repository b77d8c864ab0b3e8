import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileCells } from '../../../services/ml/predictor/cell-reader.ts';
import { cleanText, isPlain } from '../../../services/ml/predictor/clean.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';

function cellsOf(type: string, optional = true, more: object = {}) {
  const definition = parseDefinition({
    name: 'p',
    inputs: { x: { type, optional, ...more } },
    target: { name: 'y', type: 'number' },
  });
  const [column] = compileCells(definition).inputs;
  return (cell: string) => column?.read(cell);
}

describe('a cell', () => {
  test('that is empty is missing, which only an optional input may be', () => {
    expect(cellsOf('text')('')).toEqual({ value: null });
    expect(cellsOf('number')('  ')).toEqual({ value: null });
    expect(cellsOf('text', false)('')).toEqual({ reason: expect.stringContaining('is missing') });
  });

  test('of text is taken as it stands, blanks and all', () => {
    expect(cellsOf('text')(' a\tb ')).toEqual({ value: ' a\tb ' });
    expect(cellsOf('text')('  ')).toEqual({ value: '  ' });
    expect(cellsOf('text')('x'.repeat(1001))?.reason).toContain('1001 characters');
  });

  test.each([
    ['12', 12],
    [' -1.50 ', -1.5],
    ['.28', 0.28],
    ['5.', 5],
    ['+1e3', 1000],
    ['-0', 0],
  ])('%j is a number', (cell, value) => {
    expect(cellsOf('number')(cell)).toEqual({ value });
  });

  test.each(['NaN', 'n/a', '.', '\\N', '#N/A', '-', '?', 'None', '-inf', '0000-00-00'])(
    '%j seems to stand for missing, and the reason says how to declare that',
    (cell) => {
      for (const type of ['number', 'date', 'boolean']) {
        expect(cellsOf(type)(` ${cell}`)?.reason).toMatch(
          / was sent: where it stands for missing, declare "missing": \[".+"\]$/,
        );
        expect(cellsOf(type, true, { missing: [cell] })(` ${cell}`)).toEqual({ value: null });
      }
    },
  );

  test.each(['1,5', '0x10', '1 000', '1e999', 'e5', '1_000', '٣'])(
    '%j is no number, and the reason shows it',
    (cell) => {
      expect(cellsOf('number')(cell)?.reason).toBe(
        `must be a number; the text ${JSON.stringify(cell)} was sent`,
      );
    },
  );

  test('of a category is its clean spelling, and missing where it is blank', () => {
    expect(cellsOf('category')(' App\u00a0Store\u200b ')).toEqual({ value: 'App Store' });
    expect(cellsOf('category')(' \u00a0\u200b')).toEqual({ value: null });
    expect(cellsOf('category', false)('  ')?.reason).toContain('is missing');
    expect(cellsOf('category', true, { maxLength: 3 })('  abc  ')).toEqual({ value: 'abc' });
  });

  test.each(['1e150', '-1e150', '1e308', '1.8e149'])(
    '%j is a number whose squares no sum would hold, and is refused',
    (cell) => {
      expect(cellsOf('number')(cell)?.reason).toBe(
        `must be between -1e149 and 1e149; the number ${Number(cell)} was sent`,
      );
    },
  );

  test('of a billion of the largest numbers the squares add up', () => {
    const { value = null } = cellsOf('number')('1e149') ?? {};
    expect((2 * Number(value)) ** 2 * 1e9).toBeLessThan(Number.MAX_VALUE);
  });

  test('of more digits than a number keeps is refused, so that no two ids become one', () => {
    for (const cell of [
      '1234567890123456789',
      '9007199254740993',
      '12345678901234567890',
      ' -00012345678901234567.0',
    ]) {
      expect(cellsOf('number')(cell)?.reason).toContain('more digits than a number keeps');
    }
    // What a number keeps, an export's zeros, and digits behind the point are taken.
    for (const cell of [
      '9007199254740992',
      '123456789012345680000',
      '1e21',
      '0.1234567890123456789',
      '0000000000000000012',
    ]) {
      expect(cellsOf('number')(cell)).toEqual({ value: Number(cell) });
    }
  });

  test('is missing where the definition says so of its text, or of its value', () => {
    const number = cellsOf('number', true, { missing: [-200, 'N/A', '9999'] });
    for (const cell of ['-200', ' -200.0 ', '-2e2', 'N/A', ' N/A\u00a0', '9999', '9999.0']) {
      expect(number(cell)).toEqual({ value: null });
    }
    expect(number('n/a')?.reason).toContain('must be a number');
    expect(number('-201')).toEqual({ value: -201 });
    expect(cellsOf('number', true, { missing: [1e308] })('1e308')).toEqual({ value: null });
    const category = cellsOf('category', true, { missing: ['NULL', '\\N', 0] });
    for (const cell of ['NULL', ' \\N ', '0']) expect(category(cell)).toEqual({ value: null });
    expect(category('null')).toEqual({ value: 'null' });
    expect(cellsOf('text', true, { missing: ['-'] })(' - ')).toEqual({ value: null });
    expect(cellsOf('date', true, { missing: ['9999-12-31'] })('9999-12-31')).toEqual({ value: null });
    expect(cellsOf('date', true, { missing: ['0000-00-00'] })('0000-00-00')).toEqual({ value: null });
    expect(cellsOf('boolean', true, { missing: ['unknown', 9] })('9')).toEqual({ value: null });
    expect(cellsOf('number', false, { missing: ['N/A'] })('N/A')?.reason).toContain('is missing');
  });

  test('is true or false in the words that people, PostgreSQL and pandas use', () => {
    for (const cell of ['true', 'TRUE', 'Yes', '1', ' t ', 'on', '1.0'])
      expect(cellsOf('boolean')(cell)).toEqual({ value: true });
    for (const cell of ['false', 'No', '0', 'F', 'Off', '0.0']) {
      expect(cellsOf('boolean')(cell)).toEqual({ value: false });
    }
    expect(cellsOf('boolean')('2')?.reason).toContain('true or false');
  });

  test('of a date must exist', () => {
    expect(cellsOf('date')(' 2024-02-29 ')).toEqual({ value: '2024-02-29' });
    expect(cellsOf('date')('2023-02-29')?.reason).toContain('"2023-02-29" was sent');
  });
});

describe('a cell that is read the quick way has the value that it has the long way', () => {
  /** Texts of which nearly all are all but plain. */
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc
      .array(
        fc.constantFrom(
          'a',
          'é',
          'e\u0301',
          ' ',
          '\u00a0',
          '\t',
          '\u200b',
          '\u0300',
          '\0',
          '\ud800',
          '\u1e9b',
          '3',
        ),
        {
          maxLength: 8,
        },
      )
      .map((parts) => parts.join('')),
    fc.string({ maxLength: 20, size: 'max' }),
  );

  test('a category', () => {
    const read = cellsOf('category', true, { maxLength: 10 });
    let plain = 0;
    const property = fc.property(text, (cell) => {
      const clean = cell
        .replace(/[\u200b\u2060\ufeff]/g, '')
        .replace(/\p{Zs}/gu, ' ')
        .normalize('NFC')
        .trim();
      expect(cleanText(cell)).toBe(clean);
      if (isPlain(cell)) plain++;
      const isFit = clean.isWellFormed() && !clean.includes('\0') && [...clean].length <= 10;
      expect(read(cell)).toEqual(isFit ? { value: clean || null } : { reason: expect.any(String) });
    });
    fc.assert(property, { numRuns: 2_000 });
    expect(plain).toBeGreaterThan(100);
  });

  test('a number', () => {
    const digits = fc
      .array(fc.constantFrom(...'0123456789', '9'), { maxLength: 18 })
      .map((parts) => parts.join(''));
    const cells = fc.oneof(
      digits,
      fc.tuple(digits, fc.constantFrom(' ', '.', 'e1', '-', ',', '٣')).map((two) => two.join('')),
    );
    fc.assert(
      fc.property(cells, (cell) => {
        // What is no digit at its start takes the long way.
        expect(cellsOf('number')(cell)?.value).toEqual(cellsOf('number')(` ${cell}`)?.value);
        if (/^\d{1,15}$/.test(cell)) expect(cellsOf('number')(cell)).toEqual({ value: Number(cell) });
      }),
      { numRuns: 1_000 },
    );
  });
});
