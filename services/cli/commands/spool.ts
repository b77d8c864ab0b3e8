import { Argument, type Command } from 'commander';
import { numberAt, textAt } from '../api/json.ts';
import { CliError, UnexpectedAnswerError } from '../errors.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { count } from '../terminal/figures.ts';
import { Progress } from '../terminal/progress.ts';

/** Objects that one call puts back: few enough for the 29 seconds that a call has on AWS. */
const OF_ONE_CALL = '100';

export function registerSpool(program: Command, start: Start): void {
  program
    .command('spool')
    .description('what waits for the database, or put back what was set aside since it could not be recorded')
    .addArgument(new Argument('<status|return>').choices(['status', 'return']))
    .action((wanted: string, _options: unknown, command: Command) =>
      start(command, (session) => (wanted === 'status' ? tell(session) : putBack(session))),
    );
}

async function tell(session: Session): Promise<ExitStatus> {
  const { json, text } = await session.api.get(['spool']);
  if (session.json) printJson(session, text);
  else {
    const waiting = needed(json, 'waiting');
    session.terminal.out.write(`waiting for the database: ${count(waiting)}\n${asideText(session, json)}`);
  }
  return 0;
}

function asideText(session: Session, spool: unknown): string {
  const aside = needed(spool, 'aside');
  if (aside === 0) return 'set aside: none\n';
  return `set aside: ${session.paint('yellow', count(aside))}: the server's log says why; \`hundredfold spool return\` puts them back\n`;
}

/** All of it, some with each call. What is stopped in the middle goes on with the next run: nothing is recorded twice. */
async function putBack(session: Session): Promise<ExitStatus> {
  const totals = { returned: 0, stayed: 0 };
  const progress = new Progress(session.terminal.err);
  try {
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = { limit: OF_ONE_CALL, ...(cursor === '' ? {} : { cursor }) };
      const { json } = await session.api.call({ method: 'POST', path: ['spool', 'returns'], query });
      totals.returned += needed(json, 'returned');
      totals.stayed += needed(json, 'stayed');
      cursor = textAt(json, 'next');
      progress.say(`${count(totals.returned)} put back …`);
    }
  } finally {
    progress.end();
  }
  if (session.json) printJson(session, JSON.stringify(totals));
  else session.terminal.out.write(returnedText(totals));
  return totals.stayed > 0 ? 1 : 0;
}

function returnedText({ returned, stayed }: { readonly returned: number; readonly stayed: number }): string {
  if (returned + stayed === 0) return 'Nothing was set aside.\n';
  const left =
    stayed === 0 ? '' : `, ${count(stayed)} stay: they are no predictions, or others lie in their place`;
  return `put back ${count(returned)}${left}; \`hundredfold spool status\` says how many are still to be recorded\n`;
}

/** A line for `status`, or nothing. What a command was given to do is not to fail because this cannot be told beside it. */
export async function asideLine(session: Session): Promise<string> {
  try {
    const { json } = await session.api.get(['spool']);
    return needed(json, 'aside') === 0 ? '' : asideText(session, json);
  } catch (error) {
    if (error instanceof CliError) return '';
    throw error;
  }
}

function needed(json: unknown, name: string): number {
  const value = numberAt(json, name);
  if (value === null) throw new UnexpectedAnswerError(`Nothing says how many predictions are ${name}.`);
  return value;
}
