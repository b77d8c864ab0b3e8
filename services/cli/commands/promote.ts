import { type Command, InvalidArgumentError } from 'commander';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';

export function registerPromote(program: Command, start: Start): void {
  program
    .command('promote')
    .description('let a model serve, at once: approve a new one, or roll back')
    .argument('<predictor>')
    .argument('<model>', 'the number of the model', modelNumber)
    .action((predictor: string, model: number, _options: unknown, command: Command) =>
      start(command, (session) => promote(session, predictor, model)),
    );
}

async function promote(session: Session, predictor: string, model: number): Promise<ExitStatus> {
  const answer = await session.api.send('PUT', ['predictors', predictor, 'champion'], { model });
  if (session.json) printJson(session, answer.text);
  else session.terminal.out.write(`model ${model} ${session.paint('green', 'serves')} ${predictor}\n`);
  return 0;
}

/** Models are numbered from 1. */
export function modelNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('A model is a whole number from 1.');
  }
  return value;
}
