import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sentAtMost, sentBytes } from '../../database/repositories/batches.ts';

test('JSON that is sent as a text takes no more than is taken for the most', () => {
  const texts = fc.array(
    fc.constantFrom('"', '\\', '\u0001', '\u007f', '\u2028', '\ud800', '\u{1F600}', 'ä', 'a', '€'),
  );
  fc.assert(
    fc.property(texts, fc.double(), (characters, value) => {
      const json = JSON.stringify({ [characters.join('')]: characters.join(''), value });
      expect(sentBytes(json)).toBeLessThanOrEqual(sentAtMost(json));
    }),
  );
});
