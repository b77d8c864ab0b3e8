import { describe, expect, test } from '@jest/globals';
import { compileTarget } from '../../../services/ml/predictor/target-reader.ts';

const label = compileTarget({ target: { name: 'completion', type: 'label' } });
const number = compileTarget({ target: { name: 'rings', type: 'number', coverage: 0.9 } });

describe('a label', () => {
  test('is text of 1 to 255 characters', () => {
    expect(label.readValue('\u{1F600}'.repeat(255)).target).toHaveLength(510);
    expect(label.readValue('x'.repeat(256)).reason).toContain('256 characters long, 255 are allowed');
    expect(label.readValue('').reason).toContain('is missing');
    expect(label.readValue(null).reason).toContain('is missing');
    expect(label.readValue('a\0').reason).toContain('U+0000');
    expect(label.readValue('\udfff').reason).toContain('surrogate');
  });

  test('that is a number or a boolean in JSON is to be put in quotes', () => {
    expect(label.readValue(1).reason).toContain('quotes');
    expect(label.readValue(true).reason).toContain('quotes');
    expect(label.readCell('1')).toEqual({ target: '1' });
  });

  test('is taken in its clean spelling, and refused where nothing is left of it', () => {
    expect(label.readValue(' Bu\u0308ro\u00a01\u200b')).toEqual({ target: 'Büro 1' });
    expect(label.readCell('Billing\t')).toEqual({ target: 'Billing' });
    expect(label.readCell(`  ${'x'.repeat(255)}  `).target).toHaveLength(255);
    for (const blank of ['  ', '\u00a0', '\u200b\ufeff', '\n']) {
      expect(label.readValue(blank).reason).toContain('is blank');
      expect(label.readCell(blank).reason).toContain('is blank');
    }
    expect(label.readBody({ label: ' Laboratory ' })).toEqual({ target: 'Laboratory' });
    expect(label.readBody({ label: ' ' }).errors?.[0]?.message).toContain('is blank');
  });

  test('that the definition declares as missing makes no example', () => {
    const { readCell, readValue } = compileTarget({
      target: { name: 'y', type: 'label', missing: ['N/A', -1] },
    });
    for (const cell of ['N/A', ' N/A ', '-1']) {
      expect(readCell(cell).reason).toContain('is missing, since the definition says so of');
    }
    expect(readValue(-1).reason).toContain('the number -1');
    expect(readCell('n/a')).toEqual({ target: 'n/a' });
  });

  test('comes in a body of its own', () => {
    expect(label.readBody({ label: 'Laboratory' })).toEqual({ target: 'Laboratory' });
    for (const empty of ['', null]) {
      expect(label.readBody({ label: empty }).errors).toEqual([
        { field: 'label', message: 'is empty: send the right one, as {"label": "…"}' },
      ]);
      expect(number.readBody({ value: empty }).errors?.[0]?.message).toMatch(/^is empty: .*{"value": 12.5}/);
    }
    expect(label.readBody({ value: 3 }).errors?.map(({ field }) => field)).toEqual(['value', 'label']);
    expect(label.readBody({ label: 'x', note: 1 }).errors?.map(({ field }) => field)).toEqual(['note']);
    expect(label.readBody([]).errors?.[0]?.message).toContain('{"label"');
    expect(label.readBody(JSON.parse('{"__proto__":{"label":"x"}}')).errors).toHaveLength(2);
  });
});

describe('a number target', () => {
  test('refuses text, in JSON and in a cell', () => {
    expect(number.readValue(5.5)).toEqual({ target: 5.5 });
    expect(number.readValue('5.5').reason).toContain('the text "5.5" was sent');
    expect(number.readValue(Number.POSITIVE_INFINITY).reason).toContain('beyond');
    expect(number.readCell(' 5.5')).toEqual({ target: 5.5 });
    expect(number.readCell('old').reason).toContain('"old" was sent');
    expect(number.readCell('').reason).toContain('is missing');
    expect(number.readValue('5.5').reason).toMatch(/: leave out the quotes$/);
  });

  test('may not be so large that a fit breaks on its square, nor have more digits than it keeps', () => {
    expect(number.readValue(1e154).reason).toContain('between -1e149 and 1e149');
    expect(number.readCell('-1e200').reason).toContain('between -1e149 and 1e149');
    expect(number.readBody({ value: 1e200 }).errors?.[0]?.message).toContain('between');
    expect(number.readCell('1234567890123456789').reason).toContain('more digits');
    expect(Object.is(number.readCell('-0').target, 0)).toBe(true);
  });

  test('that the definition declares as missing makes no example', () => {
    const target = { name: 'y', type: 'number', coverage: 0.9, missing: [-200, '9999'] } as const;
    const { readCell, readValue } = compileTarget({ target });
    for (const cell of ['-200', '-200.00', '9999.0']) expect(readCell(cell).reason).toContain('is missing');
    expect(readValue(-200).reason).toContain('is missing');
    expect(readCell('200')).toEqual({ target: 200 });
  });

  test('comes in a body of its own', () => {
    expect(number.readBody({ value: 9 })).toEqual({ target: 9 });
    expect(number.readBody({ value: '9' }).errors).toEqual([{ field: 'value', message: expect.any(String) }]);
    expect(number.readBody({ label: '9' }).errors?.map(({ field }) => field)).toEqual(['label', 'value']);
  });
});
