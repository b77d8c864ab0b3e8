import { type Command, Option } from 'commander';
import type { Answer } from '../api/client.ts';
import { numberAt } from '../api/json.ts';
import { patiently } from '../api/patience.ts';
import { upload } from '../api/upload.ts';
import { type ImportFile, openImport } from '../files/import-file.ts';
import { MEDIA_TYPES, ROW_FORMATS, type RowFormat, rowFormat } from '../files/row-format.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { Progress, reported } from '../terminal/progress.ts';
import { warn } from './apply.ts';
import { importInParts } from './import.parts.ts';
import { importText } from './import.text.ts';

interface ImportOptions {
  readonly train: boolean;
  readonly parts?: boolean;
  readonly format?: RowFormat;
}

export function registerImport(program: Command, start: Start): void {
  program
    .command('import')
    .description('send rows whose answer is known; the same file twice is imported once')
    .argument('<predictor>')
    .argument('<file>', 'CSV, NDJSON or a JSON list; - is standard input')
    .option('--parts', 'send it in parts of 1 MiB; an interrupted import goes on where it was')
    .option('--no-train', 'do not ask for a training when the import ends')
    .addOption(
      new Option('--format <format>', 'in place of what the extension says').choices([...ROW_FORMATS]),
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
    answer = inParts
      ? await importInParts({ session, predictor, file: rows, format, train: options.train })
      : await patiently(session, () => send(session, predictor, rows, format, options));
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

async function send(
  session: Session,
  predictor: string,
  rows: ImportFile,
  format: RowFormat,
  { train }: ImportOptions,
): Promise<Answer> {
  const progress = new Progress(session.terminal.err);
  try {
    return await upload(
      session.api,
      {
        path: ['predictors', predictor, 'examples'],
        ...(train ? {} : { query: { train: 'false' } }),
        headers: { 'content-type': MEDIA_TYPES[format], 'idempotency-key': rows.sha256 },
      },
      reported(rows.content(), rows.size, progress),
      rows.size,
    );
  } finally {
    progress.end();
  }
}
