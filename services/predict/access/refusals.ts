import { Problem } from '../../api/problem.ts';
import type { RouteAccess } from '../../api/routes.ts';

/** RFC 9110 has every 401 say how to ask (11.6.1), RFC 6750 how a Bearer is asked for. */
const CHALLENGE = 'Bearer realm="hundredfold"';

export function keyMissing(): Problem {
  return new Problem(
    'key_missing',
    'This call needs an API key: send it in the header x-api-key. An admin makes one with `hundredfold keys add ROLE`.',
    { headers: { 'www-authenticate': CHALLENGE } },
  );
}

/** The same for no key at all, an unknown id, a wrong secret and a revoked key: whoever guesses learns nothing. */
export function keyUnknown(): Problem {
  return new Problem(
    'key_unknown',
    'This API key is not in force: it is mistyped, was revoked, or is of another server.',
    { headers: { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` } },
  );
}

export function roleInsufficient(has: string, needed: RouteAccess['role']): Problem {
  const who = needed === 'admin' ? 'an admin key' : `a key of the role ${needed}, or an admin's`;
  return new Problem(
    'role_insufficient',
    `A key of the role ${has} cannot make this call: it takes ${who}.`,
    {
      headers: { 'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${needed}"` },
    },
  );
}

export function keysUnavailable(): Problem {
  return new Problem(
    'keys_unavailable',
    'The keys could not be fetched from the model store; try again soon.',
    {
      headers: { 'retry-after': '2' },
    },
  );
}
