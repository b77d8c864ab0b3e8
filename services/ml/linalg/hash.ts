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

/** The same lanes over many values, one after another: the hash of a row, without a text of it being made. */
export class ValuesHash {
  readonly #number = new Float64Array(1);
  readonly #words = new Int32Array(this.#number.buffer);
  #a = 0;
  #b = 0;

  begin(): void {
    this.#a = 0x2545f491;
    this.#b = 0x6c8e9cf5;
  }

  add(value: string | number | boolean | null): void {
    if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number') {
      this.#number[0] = value;
      this.#word(this.#words[0] as number);
      this.#word(this.#words[1] as number);
    } else this.#word(value === null ? 0x10000 : value ? 0x10001 : 0x10002);
  }

  /** Two halves of 31 and of 32 bits. */
  end(): { readonly key: number; readonly check: number } {
    const a = mix32(this.#a ^ rotate(this.#b, 16));
    return { key: a >>> 1, check: mix32(this.#b + a) };
  }

  /** Two units at a time. */
  #text(text: string): void {
    const { length } = text;
    let a = this.#a ^ length;
    let b = this.#b + length;
    for (let i = 0; i < length; i += 2) {
      const word = text.charCodeAt(i) | (i + 1 < length ? text.charCodeAt(i + 1) << 16 : 0);
      a = imul(rotate(a ^ imul(word, 0xcc9e2d51), 13), 5) + 0xe6546b64;
      b = imul(rotate(b ^ imul(word, 0x1b873593), 15), 5) + 0x561ccd1b;
    }
    this.#a = a;
    this.#b = b;
    this.#word(-1);
  }

  #word(word: number): void {
    this.#a = imul(rotate(this.#a ^ imul(word, 0xcc9e2d51), 13), 5) + 0xe6546b64;
    this.#b = imul(rotate(this.#b ^ imul(word, 0x1b873593), 15), 5) + 0x561ccd1b;
  }
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
