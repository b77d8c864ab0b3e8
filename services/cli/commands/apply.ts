import type { Command } from 'commander';
import { at, listAt, numberAt, shown, textAt } from '../api/json.ts';
import { FileUnreadableError } from '../errors.ts';
import { readText } from '../files/text-file.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { NOTHING } from '../terminal/figures.ts';
import { paintFor } from '../terminal/paint.ts';
import { plainLines } from '../terminal/plain.ts';
import { thrown } from '../thrown.ts';

export function registerApply(program: Command, start: Start): void {
  program
    .command('apply')
    .description('create a predictor, or change it, as its file says')
    .argument('<file>', 'the definition, such as predictor.json')
    .action((file: string, _options: unknown, command: Command) =>
      start(command, (session) => apply(session, file)),
    );
}

/** Sends the file as it is, so that the server alone judges it. */
async function apply(session: Session, file: string): Promise<ExitStatus> {
  const text = await readText(file);
  const name = predictorName(file, text);
  const answer = await session.api.send('PUT', ['predictors', name], text);
  if (session.json) {
    printJson(session, answer.text);
    return 0;
  }
  const { terminal, paint } = session;
  const isSame = at(answer.json, 'changed') === false;
  const done = answer.status === 201 ? 'created' : isSame ? 'unchanged' : 'updated';
  const revision = numberAt(answer.json, 'revision') ?? NOTHING;
  terminal.out.write(`${paint('green', done)} ${name}, revision ${revision}\n`);
  warn(session, answer.json);
  return 0;
}

/** Prints the warnings of an answer, texts or objects with a message, on standard error. */
export function warn(session: Session, json: unknown): void {
  const { err } = session.terminal;
  const paint = paintFor(session.terminal, err);
  for (const warning of listAt(json, 'warnings')) {
    const text = textAt(warning, 'detail') ?? textAt(warning, 'message') ?? shown(warning);
    err.write(`${paint('yellow', 'warning:')} ${plainLines(text)}\n`);
  }
}

function predictorName(file: string, text: string): string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new FileUnreadableError(`${file} is not JSON: ${thrown(error).message}.`, { cause: error });
  }
  const name = textAt(document, 'name');
  if (name === null || name === '') {
    throw new FileUnreadableError(`${file} has no "name": it says which predictor is meant.`);
  }
  return name;
}
