import { randomUUID } from 'node:crypto';

/** A new id: a UUID of version 7 (RFC 9562), so that rows lie in the order in which they came. */
export function newPredictionId(now: number): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(15)}`;
}

/** Is the text a UUID? Anything else is no prediction's id, and PostgreSQL would refuse it. */
export function isPredictionId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
