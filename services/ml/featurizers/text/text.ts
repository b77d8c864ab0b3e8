import type { SparseVector } from '../../linalg/sparse.ts';
import type { InputValue } from '../../predictor/definition.ts';
import {
  type Featurizer,
  FeaturizerError,
  type FittedFeaturizer,
  type Saved,
  type TextFacts,
  type TextSettings,
} from '../featurizer.ts';
import { NormalisedText } from './normalise.ts';
import { ROOTS, Terms } from './terms.ts';
import { Trie } from './trie.ts';
import { selectTerms, type Vocabulary } from './vocabulary.ts';

const { log, max, sqrt } = Math;

/**
 * Character n-grams within words, words, pairs of words and prefixes, weighted by sub-linear TF-IDF
 * ((1 + ln tf) · (1 + ln((1 + rows) / (1 + df)))), each block of one text scaled to length one. A last column says
 * that the text is missing; an empty text is not missing.
 */
export function textFeaturizer(settings: TextSettings): Featurizer {
  return {
    fit(values) {
      const trie = new Trie(ROOTS, 4096);
      const text = new NormalisedText();
      const terms = new Terms();
      let found = new Int32Array(4096);
      let lastRow = new Int32Array(4096);
      let rows = 0;
      // Without a column to fill, no term need be met.
      for (const value of settings.columns === 0 ? [] : values) {
        if (value === null) continue;
        rows++;
        text.read(textOf(value));
        terms.read(text, trie, settings);
        if (found.length < trie.size) {
          found = widened(found, trie.parent.length);
          lastRow = widened(lastRow, trie.parent.length);
        }
        for (let i = 0; i < terms.length; i++) {
          const node = terms.nodes[i] as number;
          if (lastRow[node] === rows) continue;
          lastRow[node] = rows;
          found[node] = (found[node] as number) + 1;
        }
      }
      return new FittedText(settings, selectTerms(trie, widened(found, trie.size), rows, settings.columns));
    },
  };
}

function widened(from: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(max(size, from.length));
  to.set(from);
  return to;
}

function textOf(value: InputValue): string {
  if (typeof value !== 'string')
    throw new FeaturizerError('wrong_type', `expected text, got ${typeof value}`);
  return value;
}

export class FittedText implements FittedFeaturizer {
  readonly width: number;
  private readonly settings: TextSettings;
  private readonly vocabulary: Vocabulary;
  private readonly text = new NormalisedText();
  private readonly terms = new Terms();
  /** How often each column occurs in the text at hand; all zero between two texts. */
  private readonly count: Uint16Array;
  private touched = new Int32Array(256);
  private weight = new Float64Array(256);

  constructor(settings: TextSettings, vocabulary: Vocabulary) {
    this.settings = settings;
    this.vocabulary = vocabulary;
    this.width = vocabulary.rarity.length + 1;
    this.count = new Uint16Array(this.width);
  }

  encode(value: InputValue, out: SparseVector, offset: number): void {
    if (value === null) {
      out.push(offset + this.width - 1, 1);
      return;
    }
    this.text.read(textOf(value));
    this.terms.read(this.text, this.vocabulary.trie, this.settings);
    this.push(this.countColumns(), out, offset);
  }

  /** Leaves the distinct columns of the text in `touched` and returns how many they are. */
  private countColumns(): number {
    const { count, terms } = this;
    const { column } = this.vocabulary;
    if (this.touched.length < terms.length) {
      this.touched = new Int32Array(terms.length * 2);
      this.weight = new Float64Array(terms.length * 2);
    }
    const touched = this.touched;
    let distinct = 0;
    for (let i = 0; i < terms.length; i++) {
      const c = column[terms.nodes[i] as number] as number;
      if (c < 0) continue;
      const before = count[c] as number;
      if (before === 0) touched[distinct++] = c;
      if (before < 0xffff) count[c] = before + 1;
    }
    return distinct;
  }

  private push(distinct: number, out: SparseVector, offset: number): void {
    const { count, touched, weight } = this;
    const { rarity, blocks } = this.vocabulary;
    const [b0 = 0, b1 = 0, b2 = 0] = blocks;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < distinct; i++) {
      const c = touched[i] as number;
      const times = count[c] as number;
      count[c] = 0;
      const w = (times === 1 ? 1 : 1 + log(times)) * (rarity[c] as number);
      weight[i] = w;
      if (c < b0) s0 += w * w;
      else if (c < b1) s1 += w * w;
      else if (c < b2) s2 += w * w;
      else s3 += w * w;
    }
    s0 = 1 / sqrt(s0);
    s1 = 1 / sqrt(s1);
    s2 = 1 / sqrt(s2);
    s3 = 1 / sqrt(s3);
    out.reserve(distinct);
    const { index, value, length } = out;
    for (let i = 0; i < distinct; i++) {
      const c = touched[i] as number;
      const scale = c < b0 ? s0 : c < b1 ? s1 : c < b2 ? s2 : s3;
      index[length + i] = offset + c;
      value[length + i] = (weight[i] as number) * scale;
    }
    out.length = length + distinct;
  }

  save(): Saved<TextFacts> {
    const { trie, column, rarity, blocks } = this.vocabulary;
    const size = trie.size - ROOTS;
    return {
      facts: { kind: 'text', settings: this.settings, blocks },
      tensors: {
        parent: { dtype: 'I32', shape: [size], data: trie.parent.slice(ROOTS, trie.size) },
        unit: { dtype: 'U16', shape: [size], data: trie.unit.slice(ROOTS, trie.size) },
        column: { dtype: 'I32', shape: [size], data: column.slice(ROOTS) },
        rarity: { dtype: 'F32', shape: [rarity.length], data: rarity },
      },
    };
  }
}
