import type { Command } from 'commander';
import { numberAt } from '../api/json.ts';
import { UsageError } from '../errors.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { count } from '../terminal/figures.ts';
import { lineOf } from '../terminal/input.ts';
import { plain } from '../terminal/plain.ts';
import { untilDone } from './until-done.ts';

export function registerDelete(program: Command, start: Start): void {
  program
    .command('delete')
    .description('delete a predictor with its rows and models, for good')
    .argument('<predictor>')
    .option('--confirm <predictor>', 'its name once more, in place of being asked')
    .action((predictor: string, options: { readonly confirm?: string }, command: Command) =>
      start(command, (session) => deletePredictor(session, predictor, options.confirm)),
    );
}

async function deletePredictor(
  session: Session,
  predictor: string,
  given: string | undefined,
): Promise<ExitStatus> {
  const confirm = given ?? (await askedFor(session, predictor));
  if (confirm !== predictor) {
    session.terminal.err.write(`Nothing was deleted: ${plain(confirm)} is not ${plain(predictor)}.\n`);
    return 1;
  }
  const call = { method: 'DELETE', path: ['predictors', predictor], query: { confirm } } as const;
  const answer = await untilDone(session, call, 'predictor_unknown', (json) => wentText(json));
  if (session.json) printJson(session, answer.text);
  else {
    const { paint, terminal } = session;
    terminal.out.write(`${paint('green', 'deleted')} ${plain(predictor)}: ${wentText(answer.json)}\n`);
  }
  return 0;
}

/** @throws UsageError where nobody can be asked */
async function askedFor({ terminal }: Session, predictor: string): Promise<string> {
  if (!terminal.input.isTTY) {
    throw new UsageError(`This deletes all of ${predictor}, for good. Say so: --confirm ${predictor}`);
  }
  terminal.err.write(
    `This deletes ${plain(predictor)} with its rows and models, for good. Its name once more: `,
  );
  return (await lineOf(terminal.input)).trim();
}

function wentText(answer: unknown): string {
  const went = (['predictions', 'examples', 'imports', 'models', 'retrainings', 'spooled'] as const).map(
    (what) => `${count(numberAt(answer, what))} ${what === 'spooled' ? 'spooled rows' : what}`,
  );
  return `${went.join(', ')} are gone`;
}
