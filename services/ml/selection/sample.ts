import { cellOf } from '../featurizers/cross.ts';
import { seededHash } from '../linalg/hash.ts';
import type { Material } from '../material.ts';
import { targetOf } from './recipe.ts';

/** Characters of the rows, times labels, that settings are chosen on: some seconds for each setting tried. */
const MOST_WORK = 4_000_000;
/** What a value that is no text counts for, in characters. */
const VALUE = 8;

/**
 * The rows that settings are chosen on: all, or, where trying every setting on all would take minutes, a sample by a
 * seeded hash of the inputs, equal inputs together. Settings that suit some thousand rows suit them all well enough.
 */
export function sampleForChoice(material: Material, seed: number): Material {
  const { target } = material;
  const labels = target.type === 'label' ? target.labels.length : 1;
  const work = material.rows.reduce((sum, row) => sum + lengthOf(row) * labels, 0);
  if (work <= MOST_WORK) return material;
  const share = MOST_WORK / work;
  const kept = [...material.rows.keys()].filter((r) => {
    return seededHash(material.keys[r] ?? '', seed) / 2 ** 53 < share;
  });
  return kept.length < 2 ? material : subset(material, kept);
}

function lengthOf(row: Material['rows'][number]): number {
  let length = 0;
  for (const name of Object.keys(row)) {
    const value = cellOf(row, name);
    length += typeof value === 'string' ? value.length : VALUE;
  }
  return length;
}

function subset(material: Material, kept: readonly number[]): Material {
  return {
    rows: kept.map((r) => material.rows[r] ?? {}),
    contents: kept.map((r) => material.contents[r] ?? ''),
    keys: kept.map((r) => material.keys[r] ?? ''),
    unseen: Uint8Array.from(kept, (r) => material.unseen[r] as number),
    judged: Uint8Array.from(kept, (r) => material.judged[r] as number),
    target: targetOf(material.target, kept),
    fingerprint: material.fingerprint,
  };
}
