import type { TextSettings } from '../featurizer.ts';
import { BLANK, isWordUnit, type NormalisedText } from './normalise.ts';
import type { Trie } from './trie.ts';

const { min } = Math;

/** The trie's roots. Terms of one root never meet those of another, though their characters are the same. */
export const ROOTS = 3;
const CHARACTERS = 0;
const WORDS = 1;
const QUERY = 2;

/** Blocks of columns that are scaled to length one, each on its own. */
export const BLOCKS = 4;

const LONGEST_WORD = 40;
const LONGEST_PREFIX = 12;
const LONGEST_QUERY = 24;

/** The block of a term: by its root, and a word's prefixes apart from whole words, which end in a blank. */
export function blockOf(root: number, lastUnit: number): number {
  if (root !== WORDS) return root === CHARACTERS ? 0 : 3;
  return lastUnit === BLANK ? 1 : 2;
}

/** The terms of a text as nodes of a trie, a node as often as its term occurs. */
export class Terms {
  nodes: Int32Array = new Int32Array(1024);
  length = 0;

  /** Walks the text once for each kind of term. A growing trie learns every term, a frozen one skips unknown ones. */
  read(text: NormalisedText, trie: Trie, settings: TextSettings): void {
    this.length = 0;
    const most = text.length * (settings.longest + 3) + LONGEST_QUERY;
    if (this.nodes.length < most) this.nodes = new Int32Array(most * 2);
    this.readCharacters(text, trie, settings);
    this.readWords(text, trie, settings);
    if (settings.prefixes) this.readQuery(text, trie);
  }

  /** Character n-grams within words; the blanks around a word belong to it, a blank alone is no n-gram. */
  private readCharacters(text: NormalisedText, trie: Trie, settings: TextSettings): void {
    const { units } = text;
    const last = text.length - 1;
    for (let from = 0; from < last; from++) {
      let node = CHARACTERS;
      const stop = min(from + settings.longest, text.length);
      for (let i = from; i < stop; i++) {
        const unit = units[i] as number;
        node = trie.next(node, unit);
        if (node < 0) break;
        const length = i - from + 1;
        if (length >= settings.shortest && !(length === 1 && unit === BLANK)) this.push(node);
        if (unit === BLANK && i > from) break;
      }
    }
  }

  /** Words, their prefixes, and pairs of neighbours. */
  private readWords(text: NormalisedText, trie: Trie, settings: TextSettings): void {
    const { units } = text;
    let before = -1;
    let i = 0;
    while (i < text.length) {
      if (!isWordUnit(units[i] as number)) {
        i++;
        continue;
      }
      const from = i;
      while (i < text.length && isWordUnit(units[i] as number)) i++;
      if (settings.pairs && before >= 0) this.push(this.walk(text, trie, before, from, i));
      before = this.readWord(text, trie, from, i, settings.prefixes);
    }
  }

  /** Returns the node of the whole word, −1 where it is unknown. */
  private readWord(text: NormalisedText, trie: Trie, from: number, to: number, prefixes: boolean): number {
    let node = WORDS;
    if (to - from > LONGEST_WORD) return -1;
    for (let i = from; i < to; i++) {
      node = trie.next(node, text.units[i] as number);
      if (node < 0) return -1;
      if (prefixes && i - from < LONGEST_PREFIX) this.push(node);
    }
    node = trie.next(node, BLANK);
    if (node >= 0) this.push(node);
    return node;
  }

  private walk(text: NormalisedText, trie: Trie, start: number, from: number, to: number): number {
    let node = start;
    if (to - from > LONGEST_WORD) return -1;
    for (let i = from; i < to && node >= 0; i++) node = trie.next(node, text.units[i] as number);
    return node < 0 ? -1 : trie.next(node, BLANK);
  }

  /** Prefixes of the whole text; the last blank makes the whole text itself a term. */
  private readQuery(text: NormalisedText, trie: Trie): void {
    let node = QUERY;
    const stop = min(text.length, LONGEST_QUERY + 1);
    for (let i = 1; i < stop; i++) {
      node = trie.next(node, text.units[i] as number);
      if (node < 0) return;
      this.push(node);
    }
  }

  private push(node: number): void {
    if (node >= 0) this.nodes[this.length++] = node;
  }
}
