import type { Session } from '../session.ts';
import { plain } from '../terminal/plain.ts';

/** What stands beside a new key: that it is shown once, and what it changes. */
export function addedText(
  { paint, api, stack }: Session,
  { id, role, inForce }: { readonly id: string; readonly role: string; readonly inForce: boolean },
): string {
  const lines = [
    `${paint('green', 'added')} the ${plain(role)} key ${plain(id)}. It is shown this once: keep it where secrets are kept.`,
  ];
  if (role === 'admin' && stack === null && api.settings.key === null) {
    lines.push('From now on calls need a key: `--key`, HUNDREDFOLD_KEY, or the header x-api-key.');
  }
  if (!inForce) {
    lines.push('The model store does not answer, so the key is refused until it does.');
  }
  return `${lines.join('\n')}\n`;
}

export function revokedText({ paint }: Session, id: string): string {
  return `${paint('green', 'revoked')} ${plain(id)}: it is refused everywhere within seconds\n`;
}
