import { describe, expect, test } from '@jest/globals';
import { compileCells } from '../../../services/ml/predictor/cell-reader.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';

function cellsOf(type: string, optional = true) {
  const definition = parseDefinition({
    name: 'p',
    inputs: { x: { type, optional } },
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
    expect(cellsOf('category')('  ')).toEqual({ value: '  ' });
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

  test.each(['NaN', '1,5', '0x10', 'Infinity', '1 000', '1e999', '.', 'e5', '1_000', '٣'])(
    '%j is no number, and the reason shows it',
    (cell) => {
      expect(cellsOf('number')(cell)?.reason).toBe(
        `must be a number; the text ${JSON.stringify(cell)} was sent`,
      );
    },
  );

  test('is true or false in the words that people and PostgreSQL use', () => {
    for (const cell of ['true', 'TRUE', 'Yes', '1', ' t '])
      expect(cellsOf('boolean')(cell)).toEqual({ value: true });
    for (const cell of ['false', 'No', '0', 'F']) expect(cellsOf('boolean')(cell)).toEqual({ value: false });
    expect(cellsOf('boolean')('2')?.reason).toContain('true or false');
  });

  test('of a date must exist', () => {
    expect(cellsOf('date')(' 2024-02-29 ')).toEqual({ value: '2024-02-29' });
    expect(cellsOf('date')('2023-02-29')?.reason).toContain('"2023-02-29" was sent');
  });
});
