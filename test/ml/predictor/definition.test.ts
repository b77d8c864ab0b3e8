import { describe, expect, test } from '@jest/globals';
import { byCodePoint, signature, withDefaults } from '../../../services/ml/predictor/definition.ts';

describe('the order of labels', () => {
  test('is by code point, where JavaScript would put an emoji before a private-use letter', () => {
    const labels = ['\u{1F600}', '\uFFFD', 'z', 'a'];
    expect([...labels].sort(byCodePoint)).toEqual(['a', 'z', '\uFFFD', '\u{1F600}']);
    expect([...labels].sort()).toEqual(['a', 'z', '\u{1F600}', '\uFFFD']);
  });
});

describe('a signature', () => {
  const base = {
    name: 'p',
    inputs: { a: { type: 'text' as const }, b: { type: 'number' as const } },
    target: { name: 't', type: 'label' as const },
  };

  test('is the same whatever the order of the inputs and the settings around them', () => {
    const other = { ...base, inputs: { b: base.inputs.b, a: base.inputs.a }, suggestions: 5 };
    expect(signature(withDefaults(other))).toBe(signature(withDefaults(base)));
  });

  test('changes when an input changes its type', () => {
    const other = { ...base, inputs: { ...base.inputs, b: { type: 'text' as const } } };
    expect(signature(withDefaults(other))).not.toBe(signature(withDefaults(base)));
  });
});
