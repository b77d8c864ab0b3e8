import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findDuplicateKeys } from '../../../services/ml/predictor/duplicate-keys.ts';

test.each([
  ['{"a":1,"b":2}', []],
  ['{"a":1,"\\u0061":2}', ['a']],
  ['{"a":{"x":1},"b":{"x":1}}', []],
  ['{"a":["a","a",{"a":1}],"b":"a"}', []],
  ['{"a":[{"k":1},{"k":1,"k":2}]}', ['a[1].k']],
  ['{"a":1,"a":{"b":[1,{"c":1,"c":1}],"b":2},"a":3}', ['a', 'a.b[1].c', 'a.b']],
  ['{"a\\"":1,"a":",\\"a\\":"}', []],
  ['{"__proto__":1,"__proto__":2}', ['__proto__']],
  ['[{}, [], "x", {"":1, "":2}]', ['[3][""]']],
])('%s has the doubled keys %j', (text, doubled) => {
  JSON.parse(text);
  expect(findDuplicateKeys(text)).toEqual(doubled);
});

test('what JSON.stringify wrote never holds a key twice', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => findDuplicateKeys(JSON.stringify(value, null, 1)).length === 0),
  );
});
