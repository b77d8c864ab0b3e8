import { Argument, type Command } from 'commander';
import { at, shown, textAt } from '../api/json.ts';
import { whole } from '../api/pages.ts';
import { UnexpectedAnswerError, UsageError } from '../errors.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { NOTHING, time } from '../terminal/figures.ts';
import { plain } from '../terminal/plain.ts';
import { table } from '../terminal/table.ts';
import { registerWithStack, unregisterWithStack } from './keys.stack.ts';
import { patiently } from './patience.ts';

interface KeysOptions {
  readonly note?: string;
}

export function registerKeys(program: Command, start: Start): void {
  program
    .command('keys')
    .description('make, list and revoke API keys')
    .addArgument(new Argument('<add|list|revoke>').choices(['add', 'list', 'revoke']))
    .argument('[role-or-id]', 'add: predict, read or admin; revoke: the id of the key')
    .option('--note <text>', 'add: what the key is for')
    .action((verb: string, what: string | undefined, options: KeysOptions, command: Command) =>
      start(command, (session) => keys(session, verb, what, options)),
    );
}

function keys(
  session: Session,
  verb: string,
  what: string | undefined,
  { note }: KeysOptions,
): Promise<ExitStatus> {
  if (verb !== 'add' && note !== undefined) throw new UsageError('--note belongs to `keys add`.');
  if (verb === 'list') {
    if (what !== undefined) throw new UsageError('`keys list` lists all keys and takes nothing more.');
    return list(session);
  }
  if (verb === 'revoke') {
    if (what === undefined) throw new UsageError('Give the id of the key: `hundredfold keys list` has it.');
    return revoke(session, what);
  }
  if (what === undefined) throw new UsageError('Give the role of the key: predict, read or admin.');
  return add(session, what, note);
}

/** Not tried again by itself: an answer that was lost takes the key with it, and another key is made. */
async function add(session: Session, role: string, note: string | undefined): Promise<ExitStatus> {
  const answer = await session.api.send('POST', ['keys'], note === undefined ? { role } : { role, note });
  const key = textAt(answer.json, 'key');
  const id = textAt(answer.json, 'id');
  if (key === null || id === null) throw new UnexpectedAnswerError('The answer holds no key.');
  await registerWithStack(session, { id, key, role });
  if (session.json) {
    printJson(session, answer.text);
    return 0;
  }
  // The key alone, so that a script can take it.
  session.terminal.out.write(`${plain(key)}\n`);
  session.terminal.err.write(addedText(session, { id, role, inForce: at(answer.json, 'inForce') !== false }));
  return 0;
}

async function list(session: Session): Promise<ExitStatus> {
  const { items, text } = await whole(session.api, ['keys'], 'keys');
  const { out } = session.terminal;
  if (session.json) printJson(session, text);
  else if (items.length === 0) out.write('There are no keys.\n');
  else {
    const columns = ['ID', 'ROLE', 'ADDED', 'REVOKED', 'NOTE'].map((heading) => ({ heading }));
    out.write(table(out, session.paint, columns, items.map(cells)));
  }
  return 0;
}

function cells(key: unknown): string[] {
  return [
    plain(shown(at(key, 'id'))),
    plain(shown(at(key, 'role'))),
    time(textAt(key, 'createdAt')),
    time(textAt(key, 'revokedAt')),
    plain(textAt(key, 'note') ?? NOTHING),
  ];
}

async function revoke(session: Session, id: string): Promise<ExitStatus> {
  const answer = await patiently(session, () => session.api.call({ method: 'DELETE', path: ['keys', id] }));
  await unregisterWithStack(session, id);
  if (session.json) printJson(session, answer.text);
  else session.terminal.out.write(revokedText(session, id));
  return 0;
}

/** What stands beside a new key: that it is shown once, and what it changes. */
function addedText(
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

function revokedText({ paint }: Session, id: string): string {
  return `${paint('green', 'revoked')} ${plain(id)}: it is refused everywhere within seconds\n`;
}
