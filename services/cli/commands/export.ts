import { type Command, Option } from 'commander';
import { asObject, at, listAt, neededText, textAt } from '../api/json.ts';
import { pages } from '../api/pages.ts';
import { UsageError } from '../errors.ts';
import { type Columns, csvRows, ndjsonRows, type RowWriter } from '../files/row-writer.ts';
import { openSink } from '../files/sink.ts';
import type { ExitStatus, Session, Start } from '../session.ts';
import { count } from '../terminal/figures.ts';
import { plain } from '../terminal/plain.ts';
import { Progress } from '../terminal/progress.ts';

interface ExportOptions {
  readonly format?: 'csv' | 'ndjson';
  readonly out?: string;
  readonly import?: string;
  readonly label?: string;
  readonly find?: string;
  readonly ids?: boolean;
}

export function registerExport(program: Command, start: Start): void {
  program
    .command('export')
    .description('write the examples of a predictor, as `import` reads them')
    .argument('<predictor>')
    .addOption(
      new Option('--format <format>', "csv or ndjson (default: what --out's name says, else csv)").choices([
        'csv',
        'ndjson',
      ]),
    )
    .option('--out <file>', 'a file, in place of standard output; it appears when it is complete')
    .option('--import <id>', 'only the rows of this import')
    .option('--label <label>', 'only the rows of this label, or of this value')
    .option('--find <text>', 'only the rows whose inputs hold this text')
    .option('--ids', 'the id of each row, and of its prediction, before its columns')
    .action((predictor: string, options: ExportOptions, command: Command) =>
      start(command, (session) => exportRows(session, predictor, options)),
    );
}

async function exportRows(session: Session, predictor: string, options: ExportOptions): Promise<ExitStatus> {
  const filter = filterOf(options);
  const { json } = await session.api.get(['predictors', predictor]);
  const writer = session.json ? documentWriter() : rowWriter(at(json, 'definition'), options);
  const sink = await openSink(options.out, session.terminal.out);
  const progress = new Progress(session.terminal.err);
  let rows = 0;
  try {
    await sink.write(writer.head);
    for await (const page of pages(session.api, ['predictors', predictor, 'examples'], filter)) {
      const examples = listAt(page.json, 'examples');
      await sink.write(examples.map((example) => writer.row(example)).join(''));
      rows += examples.length;
      // On a screen the rows themselves show how far it is.
      if (options.out !== undefined || !session.terminal.out.isTTY) progress.say(`${count(rows)} rows`);
    }
    await sink.write(writer.foot ?? '');
    await sink.finish();
  } catch (error) {
    await sink.abandon();
    throw error;
  } finally {
    progress.end();
  }
  if (rows === 0) session.terminal.err.write(`${noneOf(options)}\n`);
  if (options.out !== undefined && !session.json) {
    session.terminal.out.write(`${session.paint('green', 'wrote')} ${count(rows)} rows to ${options.out}\n`);
  }
  return 0;
}

/** @throws UsageError for an empty one: all rows would come, where fewer were asked for. */
function filterOf({ import: id, label, find }: ExportOptions): Record<string, string> {
  for (const [option, value] of Object.entries({ import: id, label, find })) {
    if (value === '')
      throw new UsageError(`--${option} is empty: say which rows are meant, or leave it out for all.`);
  }
  return {
    ...(id === undefined ? {} : { import: id }),
    ...(label === undefined ? {} : { label }),
    ...(find === undefined ? {} : { q: find }),
  };
}

function noneOf({ import: id, label, find }: ExportOptions): string {
  const asked = [
    ...(id === undefined ? [] : [`is of import ${plain(id)}`]),
    ...(label === undefined ? [] : [`has the label ${plain(JSON.stringify(label))}`]),
    ...(find === undefined ? [] : [`holds ${plain(JSON.stringify(find))}`]),
  ];
  return asked.length === 0 ? 'There are no examples yet.' : `No example ${asked.join(' and ')}.`;
}

interface ExportWriter extends RowWriter {
  readonly foot?: string;
}

function rowWriter(definition: unknown, { format, out, ids }: ExportOptions): ExportWriter {
  const columns = columnsOf(definition, ids === true);
  const named = /\.(ndjson|jsonl)$/i.test(out ?? '') ? 'ndjson' : 'csv';
  return (format ?? named) === 'ndjson' ? ndjsonRows(columns) : csvRows(columns);
}

/** The columns as `import` reads them: by the file's own names, and dates in the declared form where ISO would be read otherwise. */
function columnsOf(definition: unknown, ids: boolean): Columns {
  const inputs = asObject(at(definition, 'inputs')) ?? {};
  const target = neededText(definition, 'target', 'name');
  const named = [...Object.entries(inputs), [target, at(definition, 'target')] as const].map(
    ([name, input]) => [name, textAt(input, 'column') ?? name] as const,
  );
  const dayFirst = Object.keys(inputs).filter((name) =>
    YEAR_DAY_MONTH.test(textAt(inputs[name], 'format') ?? ''),
  );
  return {
    inputs: Object.keys(inputs),
    target,
    ids,
    headings: Object.fromEntries(named),
    dayFirst: new Set(dayFirst),
  };
}

const YEAR_DAY_MONTH = /^y(?:yyy)?-dd?-MM?$/;

/** The API's own list, all pages in one, without holding them all. */
function documentWriter(): ExportWriter {
  let comma = '';
  return {
    head: '{"examples":[',
    row: (example) => {
      const text = comma + JSON.stringify(example);
      comma = ',';
      return text;
    },
    foot: '],"next":null}\n',
  };
}
