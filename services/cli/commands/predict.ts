import type { Command } from 'commander';
import { asObject, at, listAt, neededText, numberAt, shown, textAt } from '../api/json.ts';
import { RefusalError } from '../api/refusal.ts';
import { UsageError } from '../errors.ts';
import { rowOf } from '../row/assignments.ts';
import { givenRow } from '../row/given-row.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { bar, figure, NOTHING, share } from '../terminal/figures.ts';
import { paintFor } from '../terminal/paint.ts';
import { plain } from '../terminal/plain.ts';
import { table } from '../terminal/table.ts';
import { patiently, post } from './patience.ts';

interface PredictOptions {
  readonly suggest?: boolean;
  readonly row?: string;
}

export function registerPredict(program: Command, start: Start): void {
  program
    .command('predict')
    .description('answer a row, and store it')
    .argument('<predictor>')
    .argument('[field=value...]', 'the row, one argument for each field')
    .option('--suggest', 'only answer: store nothing, count nothing')
    .option('--row <json>', 'the row as a JSON object, @FILE, or - for standard input')
    .action((predictor: string, fields: string[], options: PredictOptions, command: Command) =>
      start(command, (session) => predict(session, predictor, fields, options)),
    );
}

async function predict(
  session: Session,
  predictor: string,
  fields: readonly string[],
  options: PredictOptions,
): Promise<ExitStatus> {
  const row = await rowFor(session, predictor, fields, options);
  const answer = await (options.suggest === true
    ? // Stored nowhere, so it may be sent again as it is.
      patiently(session, () => session.api.send('POST', ['predictors', predictor, 'suggestions'], row))
    : post(session, ['predictors', predictor, 'predictions'], row));
  if (session.json) printJson(session, answer.text);
  else {
    session.terminal.out.write(answerText(session, answer.json));
    warnOfUnknown(session, answer.json);
  }
  return 0;
}

async function rowFor(
  session: Session,
  predictor: string,
  fields: readonly string[],
  { row, suggest }: PredictOptions,
): Promise<object | string> {
  if (row === undefined && fields.length === 0) {
    throw new UsageError('A row is needed: field=value arguments, or --row.');
  }
  if (row !== undefined && fields.length > 0) {
    throw new UsageError('Give field=value arguments or --row, not both.');
  }
  if (row !== undefined) return givenRow(row, session.terminal.input);
  const { json } = await session.api.get(['predictors', predictor]).catch((error: unknown) => {
    if (error instanceof RefusalError && error.code === 'database_unavailable') {
      error.advice = adviceWhileAway(suggest === true);
    }
    throw error;
  });
  return rowOf(fields, at(json, 'definition'));
}

/** The server answers without its database; only the inputs' types, which fields are read as, it has to look up there. */
function adviceWhileAway(suggest: boolean): string {
  const kept = suggest ? '' : ': the prediction is kept, and recorded later';
  return `The types of the fields are not known without it. A row with its types, --row '{"field":"value"}', is answered meanwhile${kept}.`;
}

function warnOfUnknown({ terminal }: Session, answer: unknown): void {
  const paint = paintFor(terminal, terminal.err);
  for (const name of listAt(answer, 'unknown')) {
    const text = `${plain(shown(name))} holds a category that the model has not learned`;
    terminal.err.write(`${paint('yellow', 'warning:')} ${text}\n`);
  }
}

/** The suggestions or the value of an answer, and what became of the row. */
function answerText(session: Session, answer: unknown): string {
  const value = numberAt(answer, 'value');
  const said = value === null ? suggestionsText(session, answer) : `${valueText(answer, value)}\n`;
  const model = `model ${shown(at(answer, 'model'))} of ${plain(textAt(answer, 'predictor') ?? NOTHING)}`;
  if (textAt(answer, 'id') === null) return `${said}${session.paint('dim', `not stored; ${model}`)}\n`;
  const stored = at(answer, 'recorded') === 'deferred' ? 'will be stored' : 'stored';
  return `${said}${session.paint('dim', `${stored} as`)} ${plain(neededText(answer, 'id'))}${session.paint('dim', `; ${model}`)}\n`;
}

function suggestionsText(session: Session, answer: unknown): string {
  const rows = listAt(answer, 'suggestions').map((suggestion) => {
    const probability = numberAt(suggestion, 'probability');
    return [plain(textAt(suggestion, 'label') ?? NOTHING), share(probability), bar(probability ?? 0, 1)];
  });
  return table(
    session.terminal.out,
    session.paint,
    [{ heading: 'SUGGESTION' }, { heading: 'PROBABILITY', right: true }, { heading: '' }],
    rows,
  );
}

/** A number with the interval that holds the true one in `coverage` of all cases. */
export function valueText(answer: unknown, value: number): string {
  const interval = asObject(at(answer, 'interval'));
  if (interval === null) return figure(value);
  const coverage = numberAt(interval, 'coverage') ?? 0;
  const percent = figure(coverage * 100);
  return `${figure(value)}  (${percent} % between ${figure(numberAt(interval, 'low'))} and ${figure(numberAt(interval, 'high'))})`;
}
