import type { Command } from 'commander';
import { listAt, shown } from '../api/json.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { lineOf } from '../terminal/input.ts';
import { plain } from '../terminal/plain.ts';

export function registerErase(program: Command, start: Start): void {
  program
    .command('erase')
    .description('erase a stored prediction everywhere, for good')
    .argument('<id>')
    .option('-y, --yes', 'do not ask')
    .action((id: string, options: { readonly yes?: boolean }, command: Command) =>
      start(command, (session) => erase(session, id, options.yes === true)),
    );
}

/** Asks only where somebody can answer: a script has named the id, and means it. */
async function erase(session: Session, id: string, yes: boolean): Promise<ExitStatus> {
  const { terminal, paint } = session;
  if (!yes && terminal.input.isTTY) {
    terminal.err.write(`Erase ${plain(id)} for good? (y/N) `);
    const reply = await lineOf(terminal.input);
    if (!/^y(es)?$/i.test(reply.trim())) {
      terminal.err.write('Nothing was erased.\n');
      return 1;
    }
  }
  const answer = await session.api.call({ method: 'DELETE', path: ['predictions', id] });
  if (session.json) printJson(session, answer.text);
  else terminal.out.write(`${paint('green', 'erased')} ${plain(id)}\n${flaggedText(answer.json)}`);
  return 0;
}

/** What was learned stays learned: whoever erases should know where. */
function flaggedText(answer: unknown): string {
  const models = listAt(answer, 'flaggedModels').map(shown);
  if (models.length === 0) return '';
  const [which, are] = models.length === 1 ? ['Model', 'is'] : ['Models', 'are'];
  return `${which} ${plain(models.join(', '))} learned from it and ${are} flagged. The next training leaves it out.\n`;
}
