import { createHash } from 'node:crypto';
import type { NewPrediction } from '../../database/index.ts';

/** What a writer does in one piece. */
export interface Unit {
  readonly name: string;
  readonly how: 'recorded' | 'transaction' | 'labelled' | 'imported';
  readonly rows: number;
  /** For labels: the unit whose rows they are given to. */
  readonly of?: string;
  readonly keyed?: boolean;
}

/** Each threshold of seven rows is crossed by some of these, now at the start of a unit and now in its middle. */
export const UNITS: readonly Unit[] = [
  { name: 'batch', how: 'recorded', rows: 17 },
  { name: 'transaction', how: 'transaction', rows: 5 },
  { name: 'labels', how: 'labelled', rows: 3, of: 'batch' },
  { name: 'keyed', how: 'recorded', rows: 12, keyed: true },
  { name: 'import', how: 'imported', rows: 9 },
  { name: 'last', how: 'recorded', rows: 1 },
];

/** A unit's rows; a writer that begins again makes the same. */
export function rowsOf(unit: Unit, predictorId: number, prefix: string): NewPrediction[] {
  return Array.from({ length: unit.rows }, (_, n) => {
    const id = idOf(`${prefix} ${unit.of ?? unit.name} ${n}`);
    const response = JSON.stringify({ id });
    return {
      id,
      predictorId,
      revision: 1,
      model: 1,
      inputs: { query: `${unit.name} ${n}` },
      answer: { suggestions: [{ label: 'Laboratory', probability: 1 }] },
      ...(unit.keyed === true ? { idempotency: { scope: prefix, key: id, fingerprint: 'f', response } } : {}),
    };
  });
}

function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
