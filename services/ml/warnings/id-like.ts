import type { InputValue } from '../predictor/definition.ts';

/** With fewer rows, that all values differ says nothing. */
export const ID_ROWS = 50;

const UUID = /^\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/i;
const HEX = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{16,}$/i;

/** Are these texts, of which no two are equal, all of the form of an id: UUIDs, hashes, a number after one and the same prefix? */
export function lookLikeIds(values: readonly InputValue[]): boolean {
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length < ID_ROWS || new Set(texts).size < texts.length) return false;
  if (texts.every((text) => UUID.test(text)) || texts.every((text) => HEX.test(text))) return true;
  const prefix = /^\D*/.exec(texts[0] ?? '')?.[0] ?? '';
  return texts.every((text) => text.startsWith(prefix) && /^\d{2,}$/.test(text.slice(prefix.length)));
}
