import { FeaturizerError, type Saved, type Tensor, type TextFacts } from '../featurizer.ts';
import { BLOCKS, ROOTS } from './terms.ts';
import { FittedText } from './text.ts';
import { Trie } from './trie.ts';

/**
 * A text featurizer from what `save` gave.
 * @throws FeaturizerError `bad_facts` when the arrays do not describe a tree of terms
 */
export function restoreText(saved: Saved<TextFacts>): FittedText {
  const { facts } = saved;
  const parent = integers(saved.tensors.parent, 'parent');
  const column = integers(saved.tensors.column, 'column');
  const { unit, rarity } = saved.tensors;
  require(unit?.dtype === 'U16' && unit.data.length === parent.length, 'unit does not fit parent');
  require(column.length === parent.length, 'column does not fit parent');
  require(rarity?.dtype === 'F32', 'rarity is missing');
  require(facts.blocks.length === BLOCKS && facts.blocks.at(-1) === rarity.data.length, 'blocks do not fit');
  require(facts.blocks.every((end, b) => end >= (facts.blocks[b - 1] ?? 0)), 'blocks do not ascend');
  const trie = new Trie(ROOTS, parent.length + ROOTS + 1);
  const columns = new Int32Array(parent.length + ROOTS).fill(-1);
  const used = new Uint8Array(rarity.data.length);
  for (let i = 0; i < parent.length; i++) {
    const node = i + ROOTS;
    const above = parent[i] as number;
    require(above >= 0 && above < node, `node ${node} comes before its parent`);
    require(trie.next(above, unit.data[i] as number) === node, `node ${node} is there twice`);
    const c = column[i] as number;
    require(c >= -1 && c < used.length && (c < 0 || used[c] === 0), `column ${c} is out of place`);
    if (c >= 0) used[c] = 1;
    columns[node] = c;
  }
  trie.freeze();
  return new FittedText(facts.settings, {
    trie,
    column: columns,
    rarity: rarity.data,
    blocks: facts.blocks,
  });
}

function integers(tensor: Tensor | undefined, name: string): Int32Array {
  require(tensor?.dtype === 'I32', `${name} is missing`);
  return tensor.data;
}

function require(holds: boolean, what: string): asserts holds {
  if (!holds) throw new FeaturizerError('bad_facts', `the saved text featurizer is damaged: ${what}`);
}
