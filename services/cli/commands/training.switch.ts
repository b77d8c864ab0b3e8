import { at } from '../api/json.ts';
import { CliError } from '../errors.ts';
import type { Session } from '../session.ts';
import { paintFor } from '../terminal/paint.ts';

const OFF = 'training is off: requests wait for `hundredfold training on`';

/** A line that says that training is switched off, or nothing. */
export async function switchText(session: Session): Promise<string> {
  return (await isOff(session)) ? `${session.paint('yellow', OFF)}\n` : '';
}

/** Says on standard error, where training is switched off, that what was just asked for waits for it. */
export async function warnWhereOff(session: Session): Promise<void> {
  if (!(await isOff(session))) return;
  const { err } = session.terminal;
  err.write(`${paintFor(session.terminal, err)('yellow', 'warning:')} ${OFF}\n`);
}

/** What a command was given to do is not to fail because this cannot be told beside it. */
async function isOff({ api }: Session): Promise<boolean> {
  try {
    return at((await api.get(['training'])).json, 'enabled') === false;
  } catch (error) {
    if (error instanceof CliError) return false;
    throw error;
  }
}
