import type { KeyRole } from '../../../database/index.ts';
import { Problem } from '../../api/problem.ts';
import type { FieldError } from '../../ml/predictor/definition.error.ts';
import { textFault } from '../../ml/predictor/text.ts';

const ROLES: readonly string[] = ['predict', 'read', 'admin'] satisfies KeyRole[];

/** What a new key is to be. @throws Problem `api_key_invalid` */
export function readKeyBody(body: unknown): { readonly role: KeyRole; readonly note: string | null } {
  const given = typeof body === 'object' && body !== null ? new Map(Object.entries(body)) : new Map();
  const role: unknown = given.get('role');
  const note: unknown = given.get('note') ?? null;
  const errors: FieldError[] = [];
  if (!isRole(role)) errors.push({ field: 'role', message: `must be one of ${ROLES.join(', ')}` });
  if (note !== null && !isNote(note)) {
    errors.push({ field: 'note', message: 'must be a text of 1 to 200 characters' });
  }
  for (const field of given.keys()) {
    if (field !== 'role' && field !== 'note') errors.push({ field, message: 'is not known here' });
  }
  if (isRole(role) && (note === null || isNote(note)) && errors.length === 0) return { role, note };
  throw new Problem(
    'api_key_invalid',
    'Send what the key is for: {"role": "predict", "note": "the search page"}.',
    {
      errors,
    },
  );
}

function isRole(value: unknown): value is KeyRole {
  return typeof value === 'string' && ROLES.includes(value);
}

function isNote(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && textFault(value, 200) === undefined;
}
