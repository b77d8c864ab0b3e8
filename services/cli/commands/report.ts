import type { Command } from 'commander';
import { numberAt } from '../api/json.ts';
import { NoChampionError } from '../errors.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { modelNumber } from './promote.ts';
import { reportText } from './report.text.ts';

export function registerReport(program: Command, start: Start): void {
  program
    .command('report')
    .description('how good a model is, on rows that it had not seen')
    .argument('<predictor>')
    .argument('[model]', 'the number of the model (default: the champion)', modelNumber)
    .action((predictor: string, model: number | undefined, _options: unknown, command: Command) =>
      start(command, (session) => report(session, predictor, model)),
    );
}

async function report(session: Session, predictor: string, model: number | undefined): Promise<ExitStatus> {
  const number = model ?? (await championOf(session, predictor));
  const answer = await session.api.get(['predictors', predictor, 'models', String(number)]);
  if (session.json) printJson(session, answer.text);
  else session.terminal.out.write(reportText(session.paint, predictor, answer.json));
  return 0;
}

async function championOf(session: Session, predictor: string): Promise<number> {
  const { json } = await session.api.get(['predictors', predictor]);
  const model = numberAt(json, 'champion', 'model');
  if (model !== null) return model;
  throw new NoChampionError(predictor);
}
