import { type Command, InvalidArgumentError } from 'commander';
import { at, shown, textAt } from '../api/json.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { plain } from '../terminal/plain.ts';
import { post } from './patience.ts';
import { awaitVerdict } from './retrain.wait.ts';
import { warnWhereOff } from './training.switch.ts';

interface RetrainOptions {
  readonly wait?: boolean;
  readonly atMost: number;
}

export function registerRetrain(program: Command, start: Start): void {
  program
    .command('retrain')
    .description('ask for a retraining now')
    .argument('<predictor>')
    .option('--wait', 'wait for the verdict, and print it')
    .option('--at-most <minutes>', 'how long to wait', minutes, 60)
    .action((predictor: string, options: RetrainOptions, command: Command) =>
      start(command, (session) => retrain(session, predictor, options)),
    );
}

async function retrain(session: Session, predictor: string, options: RetrainOptions): Promise<ExitStatus> {
  const since = performance.now();
  const path = ['predictors', predictor, 'retrainings'];
  const request = await post(session, path, {}, options.wait === true ? options.atMost * 60 : undefined);
  await warnWhereOff(session);
  if (options.wait === true) {
    const id = shown(at(request.json, 'id'));
    const retraining = await awaitVerdict(session, predictor, id, options.atMost, since);
    if (session.json) printJson(session, JSON.stringify(retraining));
    else session.terminal.out.write(verdictText(session, retraining));
    return textAt(retraining, 'verdict') === 'failed' ? 1 : 0;
  }
  if (session.json) printJson(session, request.text);
  else session.terminal.out.write(`retraining ${shown(at(request.json, 'id'))} ${statusOf(request.json)}\n`);
  return 0;
}

function statusOf(retraining: unknown): string {
  return plain(textAt(retraining, 'status') ?? 'requested');
}

function verdictText(session: Session, retraining: unknown): string {
  const verdict = textAt(retraining, 'verdict') ?? 'no verdict';
  const colour = verdict === 'promoted' ? 'green' : verdict === 'failed' ? 'red' : 'yellow';
  const model = at(retraining, 'model');
  const of = typeof model === 'number' ? ` (model ${model})` : '';
  const reason = textAt(retraining, 'reason') ?? textAt(retraining, 'lastError') ?? '';
  return `${session.paint(colour, plain(verdict))}${of}${reason === '' ? '' : `: ${plain(reason)}`}\n`;
}

/** An option that is a number of minutes. */
export function minutes(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 10_000) {
    throw new InvalidArgumentError('It is a number of minutes.');
  }
  return value;
}
