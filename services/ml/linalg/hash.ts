const { imul } = Math;

/**
 * A seeded 53-bit hash of a string, as a whole number: two lanes of MurmurHash3's mixing over UTF-16 units. It spreads
 * rows over folds; it is not for secrets.
 */
export function seededHash(text: string, seed: number): number {
  let a = mix32(seed ^ 0x9e3779b9);
  let b = mix32(seed ^ 0x7f4a7c15);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = imul(rotate(a ^ imul(unit, 0xcc9e2d51), 13), 5) + 0xe6546b64;
    b = imul(rotate(b ^ imul(unit, 0x1b873593), 15), 5) + 0x561ccd1b;
  }
  a = mix32(a ^ text.length ^ rotate(b, 16));
  b = mix32(b + a);
  return (a >>> 11) * 2 ** 32 + (b >>> 0);
}

/** MurmurHash3's finaliser: every input bit reaches every output bit. */
function mix32(value: number): number {
  let x = value | 0;
  x = imul(x ^ (x >>> 16), 0x85ebca6b);
  x = imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
