import { createHash, randomUUID } from 'node:crypto';
import { placedId } from '../model-store/index.ts';

/** A new id: a UUID of version 7 (RFC 9562), so that rows lie in the order in which they came. */
export function newPredictionId(now: number): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(15)}`;
}

/** The same for the rows of one call, by their place from 0. */
export function newPlacedIds(now: number): (place: number) => string {
  const call = newPredictionId(now);
  return (place) => placedId(call, place);
}

/**
 * The id of the prediction that a key names: a UUID of version 8 (RFC 9562) of the SHA-256 of all three. Whoever is
 * asked again, in whatever process, comes to the same id, so that a retry is never a second row.
 */
export function predictionIdOf(predictor: string, caller: string, key: string): string {
  return uuidOf([predictor, caller, key]);
}

/** The same for the rows of a call whose key it is, by their place from 0. */
export function placedIdsOf(predictor: string, caller: string, key: string): (place: number) => string {
  const call = uuidOf([predictor, caller, key, 'rows']);
  return (place) => placedId(call, place);
}

function uuidOf(parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const variant = '89ab'[Number.parseInt(hash.charAt(16), 16) % 4];
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** Is the text a UUID? Anything else is no prediction's id, and PostgreSQL would refuse it. */
export function isPredictionId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
