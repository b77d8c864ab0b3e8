import type { Command } from 'commander';
import { whole } from '../api/pages.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { warn } from './apply.ts';
import { asideLine } from './spool.ts';
import { overviewText, predictorText } from './status.text.ts';
import { switchText } from './training.switch.ts';

export function registerStatus(program: Command, start: Start): void {
  program
    .command('status')
    .description('how all predictors are, or one in detail')
    .argument('[predictor]')
    .action((predictor: string | undefined, _options: unknown, command: Command) =>
      start(command, (session) =>
        predictor === undefined ? overview(session) : ofPredictor(session, predictor),
      ),
    );
}

async function overview(session: Session): Promise<ExitStatus> {
  const { items, text } = await whole(session.api, ['predictors'], 'predictors');
  if (session.json) printJson(session, text);
  else {
    const { terminal, paint } = session;
    terminal.out.write(overviewText(terminal.out, paint, items));
    terminal.out.write(await switchText(session));
    terminal.out.write(await asideLine(session));
  }
  return 0;
}

async function ofPredictor(session: Session, predictor: string): Promise<ExitStatus> {
  const answer = await session.api.get(['predictors', predictor]);
  if (session.json) printJson(session, answer.text);
  else {
    session.terminal.out.write(predictorText(session.paint, answer.json));
    session.terminal.out.write(await switchText(session));
    warn(session, answer.json);
  }
  return 0;
}
