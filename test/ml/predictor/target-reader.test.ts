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

  test('comes in a body of its own', () => {
    expect(label.readBody({ label: 'Laboratory' })).toEqual({ target: 'Laboratory' });
    expect(label.readBody({ label: '' }).errors).toEqual([{ field: 'label', message: expect.any(String) }]);
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
  });

  test('comes in a body of its own', () => {
    expect(number.readBody({ value: 9 })).toEqual({ target: 9 });
    expect(number.readBody({ value: '9' }).errors).toEqual([{ field: 'value', message: expect.any(String) }]);
    expect(number.readBody({ label: '9' }).errors?.map(({ field }) => field)).toEqual(['label', 'value']);
  });
});
