import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';
import type { Definition } from './plan.ts';

export const LABELS: readonly string[] = ['even', 'odd', 'other'];

/** A row to be answered. Its word tells its label; its nonce tells it from all others. */
export function rowOf(nonce: number): { q: string; nonce: number } {
  return { q: `w${nonce % 6}`, nonce };
}

/** A row whose label is known. */
export function exampleOf(nonce: number): { q: string; nonce: number; parity: string } {
  return { ...rowOf(nonce), parity: nonce % 2 === 0 ? 'even' : 'odd' };
}

export function definitionOf(name: string, { every, of, extra, promotion, guesses }: Definition): object {
  return parseDefinition({
    name,
    inputs: {
      q: { type: 'category' },
      nonce: { type: 'number' },
      ...(extra ? { extra: { type: 'category', optional: true } } : {}),
    },
    target: { name: 'parity', type: 'label' },
    retraining: { every, of },
    promotion,
    learnFrom: ['imported', 'accepted', 'corrected', ...(guesses ? ['predicted'] : [])],
  });
}
