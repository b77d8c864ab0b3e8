import { createHash, randomBytes } from 'node:crypto';
import type { KeyRole, StoredKey } from '../../../database/index.ts';

const FORM = /^hf_([a-z2-7]{12})_([A-Za-z0-9_-]{43})$/;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The parts of a key: its id may be shown to anybody, its secret to nobody. */
export interface KeyParts {
  readonly id: string;
  readonly secret: string;
}

/** A new key, to be shown once, and what is kept of it. */
export function newKey(role: KeyRole): { readonly key: string; readonly stored: StoredKey } {
  const id = Array.from(randomBytes(12), (byte) => BASE32.charAt(byte & 31)).join('');
  const secret = randomBytes(32).toString('base64url');
  return { key: `hf_${id}_${secret}`, stored: { id, role, sha256: hashOf(secret).toString('hex') } };
}

/** Reads `hf_{id}_{secret}`; null when it is no key. */
export function parseKey(text: string): KeyParts | null {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

/**
 * The hash of a secret, which is kept in its place. One round of SHA-256 without salt is right for it, and would not be
 * for a password: a secret of 256 random bits cannot be guessed however fast it is hashed, nor stand in a table of
 * hashes. NIST SP 800-63B, 5.1.2.2: secrets of 112 bits and more are hashed with an approved function, those of fewer
 * salted and hashed by a slow one. So a request is checked in microseconds.
 */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
