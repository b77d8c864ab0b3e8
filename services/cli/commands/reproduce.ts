import type { Command } from 'commander';
import { at, shown, textAt } from '../api/json.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { plain } from '../terminal/plain.ts';
import { post } from './patience.ts';
import { modelNumber } from './promote.ts';
import { minutes } from './retrain.ts';
import { warnWhereOff } from './training.switch.ts';
import { awaitFinished } from './wait.ts';

export function registerReproduce(program: Command, start: Start): void {
  program
    .command('reproduce')
    .description('make a model again from what it learned from, and compare the bytes')
    .argument('<predictor>')
    .argument('<model>', 'the number of the model', modelNumber)
    .option('--at-most <minutes>', 'how long to wait', minutes, 60)
    .action((predictor: string, model: number, options: { readonly atMost: number }, command: Command) =>
      start(command, (session) => reproduce(session, predictor, model, options.atMost)),
    );
}

/** Status 0 says that the bytes are equal, and nothing else does. */
async function reproduce(
  session: Session,
  predictor: string,
  model: number,
  atMost: number,
): Promise<ExitStatus> {
  const path = ['predictors', predictor, 'models', String(model), 'reproductions'];
  const since = performance.now();
  const request = await post(session, path, {}, atMost * 60);
  const id = shown(at(request.json, 'id'));
  if (textAt(request.json, 'status') !== 'finished') await warnWhereOff(session);
  const reproduction = await awaitFinished(session, {
    look: async () => (await session.api.get([...path, id])).json,
    minutes: atMost,
    since,
    late: `Reproduction ${id} is not done after ${atMost} min. It goes on: run this again to go on waiting.`,
  });
  if (session.json) printJson(session, JSON.stringify(reproduction));
  else session.terminal.out.write(verdictText(session, reproduction));
  return at(reproduction, 'equal') === true ? 0 : 1;
}

function verdictText({ paint }: Session, reproduction: unknown): string {
  const equal = at(reproduction, 'equal');
  const verdict =
    equal === true
      ? paint('green', 'equal')
      : equal === false
        ? paint('red', 'different')
        : paint('yellow', 'not tried');
  const hashes = equal === false ? ['expected', 'sha256'] : ['sha256'];
  const lines = hashes.flatMap((name) => {
    const hash = textAt(reproduction, name);
    return hash === null ? [] : [`${name.padEnd(8)}  ${plain(hash)}\n`];
  });
  return `${verdict}: ${plain(textAt(reproduction, 'reason') ?? '')}\n${lines.join('')}`;
}
