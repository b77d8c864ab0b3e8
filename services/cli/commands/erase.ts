import type { Command } from 'commander';
import { listAt, shown } from '../api/json.ts';
import { RefusalError } from '../api/refusal.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { confirmed } from '../terminal/input.ts';
import { plain } from '../terminal/plain.ts';

export function registerErase(program: Command, start: Start): void {
  program
    .command('erase')
    .description('erase a stored prediction, or an imported row, everywhere and for good')
    .argument('<id>')
    .option('--example-of <predictor>', "the id is that of this predictor's imported row")
    .option('-y, --yes', 'do not ask')
    .action((id: string, options: EraseOptions, command: Command) =>
      start(command, (session) => erase(session, id, options)),
    );
}

interface EraseOptions {
  readonly exampleOf?: string;
  readonly yes?: boolean;
}

async function erase(session: Session, id: string, { exampleOf, yes }: EraseOptions): Promise<ExitStatus> {
  const { terminal, paint } = session;
  const what = exampleOf === undefined ? plain(id) : `example ${plain(id)} of ${plain(exampleOf)}`;
  if (yes !== true && !(await confirmed(terminal, `Erase ${what} for good?`))) {
    terminal.err.write('Nothing was erased.\n');
    return 1;
  }
  const path = exampleOf === undefined ? ['predictions', id] : ['predictors', exampleOf, 'examples', id];
  const answer = await session.api.call({ method: 'DELETE', path }).catch((error: unknown) => {
    if (error instanceof RefusalError && error.code === 'prediction_unknown' && /^\d+$/.test(id)) {
      error.advice = `An imported row is erased by its predictor's name, too: erase ${id} --example-of PREDICTOR`;
    }
    throw error;
  });
  if (session.json) printJson(session, answer.text);
  else terminal.out.write(`${paint('green', 'erased')} ${what}\n${flaggedText(answer.json, 'it')}`);
  return 0;
}

/** What was learned stays learned: whoever erases should know where. */
export function flaggedText(answer: unknown, rows: 'it' | 'them'): string {
  const models = listAt(answer, 'flaggedModels').map(shown);
  if (models.length === 0) return '';
  const [which, are] = models.length === 1 ? ['Model', 'is'] : ['Models', 'are'];
  return `${which} ${plain(models.join(', '))} learned from ${rows} and ${are} flagged. The next training leaves ${rows} out.\n`;
}
