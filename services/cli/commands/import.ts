import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Answer } from '../api/client.ts';
import { numberAt } from '../api/json.ts';
import { upload } from '../api/upload.ts';
import { UsageError } from '../errors.ts';
import { openImport } from '../files/import-file.ts';
import { MEDIA_TYPES, ROW_FORMATS, type RowFormat, rowFormat } from '../files/row-format.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { Progress, reported } from '../terminal/progress.ts';
import { warn } from './apply.ts';
import { type Import, importInParts, importQuery } from './import.parts.ts';
import { importText } from './import.text.ts';
import { patiently } from './patience.ts';

interface ImportOptions {
  readonly train: boolean;
  readonly parts?: boolean;
  readonly format?: RowFormat;
  readonly separator?: string;
  readonly decimal?: string;
}

export function registerImport(program: Command, start: Start): void {
  program
    .command('import')
    .description('send rows whose answer is known; the same file twice is imported once')
    .argument('<predictor>')
    .argument('<file>', 'CSV, NDJSON or a JSON list, packed by gzip or not; - is standard input')
    .option('--parts', 'send it in parts of 1 MiB; an interrupted import goes on where it was')
    .option('--no-train', 'do not ask for a training when the import ends')
    .addOption(
      new Option('--format <format>', 'in place of what the extension says').choices([...ROW_FORMATS]),
    )
    .addOption(
      new Option(
        '--separator <character>',
        'what parts the cells of a CSV file: comma, semicolon, pipe or tab',
      ).argParser(readSeparator),
    )
    .addOption(
      new Option('--decimal <mark>', 'what stands before a fraction in a CSV file').choices(['.', ',']),
    )
    .action((predictor: string, file: string, options: ImportOptions, command: Command) =>
      start(command, (session) => importFile(session, predictor, file, options)),
    );
}

async function importFile(
  session: Session,
  predictor: string,
  file: string,
  options: ImportOptions,
): Promise<ExitStatus> {
  const inParts = options.parts === true || session.stack !== null;
  // A misspelt name should not cost an upload. In parts it is found out by the first call.
  if (!inParts) await patiently(session, () => session.api.get(['predictors', predictor]));
  const rows = await openImport(file, session.terminal.input);
  let answer: Answer;
  try {
    const format = options.format ?? rowFormat(file, rows.start);
    const parted = { session, predictor, file: rows, format, train: options.train };
    const reading = readingOf(options, format);
    answer = inParts
      ? await importInParts({ ...parted, reading })
      : await patiently(session, () => send({ ...parted, reading }));
  } finally {
    await rows.close();
  }
  const imported = numberAt(answer.json, 'imported') ?? 0;
  if (session.json) printJson(session, answer.text);
  else {
    const replayed = answer.headers.get('idempotency-replayed') === 'true';
    session.terminal.out.write(importText(session.paint, predictor, answer.json, replayed));
    warn(session, answer.json);
  }
  // Nothing imported is a failure, whether every row was rejected or there was none.
  return imported > 0 ? 0 : 1;
}

async function send(whole: Import): Promise<Answer> {
  const { session, predictor, file, format } = whole;
  const progress = new Progress(session.terminal.err);
  try {
    return await upload(
      session.api,
      {
        path: ['predictors', predictor, 'examples'],
        query: importQuery(whole),
        headers: { 'content-type': MEDIA_TYPES[format], 'idempotency-key': file.sha256 },
      },
      reported(file.content(), file.size, progress),
      file.size,
    );
  } finally {
    progress.end();
  }
}

const SEPARATORS: Readonly<Record<string, string>> = {
  comma: ',',
  semicolon: ';',
  pipe: '|',
  tab: '\t',
  '\\t': '\t',
};

/** A separator by itself or by its name: a shell makes a tab hard to write. */
function readSeparator(given: string): string {
  const separator = SEPARATORS[given] ?? given;
  if (Object.values(SEPARATORS).includes(separator)) return separator;
  throw new InvalidArgumentError("It is ',', ';', '|' or tab.");
}

/** @throws UsageError where the format has neither separators nor decimal marks of its own */
function readingOf({ separator, decimal }: ImportOptions, format: RowFormat): Import['reading'] {
  const given = {
    ...(separator === undefined ? {} : { separator }),
    ...(decimal === undefined ? {} : { decimal }),
  };
  if (Object.keys(given).length > 0 && format !== 'csv' && format !== 'tsv') {
    throw new UsageError(
      `--${Object.keys(given)[0]} goes with CSV, and this file is ${format.toUpperCase()}.`,
    );
  }
  return given;
}
