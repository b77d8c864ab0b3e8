import { createHash, randomUUID } from 'node:crypto';

/**
 * A new id: a UUID of version 7 (RFC 9562), so that rows lie in the order in which they came; of a call with many rows also
 * by their `place`, from 0 to 4,095.
 */
export function newPredictionId(now: number, place?: number): string {
  const time = now.toString(16).padStart(12, '0');
  const rest = randomUUID();
  const within = place === undefined ? rest.slice(15, 18) : place.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${within}${rest.slice(18)}`;
}

/**
 * The id of the prediction that a key names: a UUID of version 8 (RFC 9562) of the SHA-256 of all three, and, of a call
 * with many rows, of the row's `place`, from 0. Whoever is asked again, in whatever process, comes to the same id, so that
 * a retry is never a second row.
 */
export function predictionIdOf(predictor: string, caller: string, key: string, place?: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(place === undefined ? [predictor, caller, key] : [predictor, caller, key, place]))
    .digest('hex');
  const variant = '89ab'[Number.parseInt(hash.charAt(16), 16) % 4];
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** Is the text a UUID? Anything else is no prediction's id, and PostgreSQL would refuse it. */
export function isPredictionId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
