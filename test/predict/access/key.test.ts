import { describe, expect, test } from '@jest/globals';
import { hashOf, newKey, parseKey } from '../../../services/predict/access/key.ts';

describe('a key', () => {
  test('is made of its id and its secret, and what is kept has the hash alone', () => {
    const { key, stored } = newKey('read');
    expect(key).toMatch(/^hf_[a-z2-7]{12}_[A-Za-z0-9_-]{43}$/);
    const parts = parseKey(key);
    expect(parts?.id).toBe(stored.id);
    expect(hashOf(parts?.secret ?? '').toString('hex')).toBe(stored.sha256);
    expect(JSON.stringify(stored)).not.toContain(parts?.secret);
  });

  test('is another each time', () => {
    const made = Array.from({ length: 1_000 }, () => newKey('admin'));
    expect(new Set(made.map(({ key }) => key)).size).toBe(1_000);
    expect(new Set(made.map(({ stored }) => stored.id)).size).toBe(1_000);
  });

  test('has all letters of its alphabet about equally often in its id', () => {
    const letters = Array.from({ length: 2_000 }, () => newKey('admin').stored.id).join('');
    const counts = Object.values(Object.groupBy(letters, (letter) => letter)).map(
      (some) => some?.length ?? 0,
    );
    expect(counts).toHaveLength(32);
    // 24,000 letters: 750 of each, with a standard deviation of 27.
    expect(Math.min(...counts)).toBeGreaterThan(750 - 6 * 27);
    expect(Math.max(...counts)).toBeLessThan(750 + 6 * 27);
  });

  test.each([
    '',
    'hf_',
    'hf_abcdefghijkl_',
    `hf_abcdefghijk1_${'a'.repeat(43)}`,
    `hf_abcdefghijkl_${'a'.repeat(42)}`,
    `hf_abcdefghijkl_${'a'.repeat(44)}`,
    `hf_abcdefghijkl_${'a'.repeat(43)}\n`,
    ` hf_abcdefghijkl_${'a'.repeat(43)}`,
    `hf_abcdefghijkl_${'a'.repeat(42)}=`,
    `HF_abcdefghijkl_${'a'.repeat(43)}`,
  ])('%j is none', (text) => {
    expect(parseKey(text)).toBeNull();
  });
});
