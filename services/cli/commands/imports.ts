import type { Command } from 'commander';
import { at, listAt, numberAt, shown, textAt } from '../api/json.ts';
import { whole } from '../api/pages.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { count, NOTHING, time } from '../terminal/figures.ts';
import { confirmed } from '../terminal/input.ts';
import { plain } from '../terminal/plain.ts';
import { table } from '../terminal/table.ts';
import { flaggedText } from './erase.ts';
import { untilDone } from './until-done.ts';

interface ImportsOptions {
  readonly undo?: string;
  readonly yes?: boolean;
}

export function registerImports(program: Command, start: Start): void {
  program
    .command('imports')
    .description('what was imported, or undo one of the imports')
    .argument('<predictor>')
    .option('--undo <id>', 'take the rows of this import back, for good')
    .option('-y, --yes', 'do not ask')
    .action((predictor: string, { undo, yes }: ImportsOptions, command: Command) =>
      start(command, (session) =>
        undo === undefined ? list(session, predictor) : undoImport(session, predictor, undo, yes === true),
      ),
    );
}

async function list(session: Session, predictor: string): Promise<ExitStatus> {
  const { items, text } = await whole(session.api, ['predictors', predictor, 'imports'], 'imports');
  const { out } = session.terminal;
  if (session.json) printJson(session, text);
  else if (items.length === 0) out.write(`Nothing was imported for ${predictor}, or all of it was undone.\n`);
  else {
    const columns = [
      { heading: 'ID', right: true },
      { heading: 'ROWS', right: true },
      { heading: 'REJECTED', right: true },
      { heading: 'AT' },
      { heading: 'BY' },
      { heading: 'FILE' },
    ];
    out.write(table(out, session.paint, columns, items.map(cells)));
  }
  return 0;
}

function cells(item: unknown): string[] {
  const erased = numberAt(item, 'erased') ?? 0;
  const gone =
    at(item, 'undoing') === true ? ' (being undone)' : erased > 0 ? ` (${count(erased)} gone)` : '';
  return [
    shown(at(item, 'id')),
    `${count(numberAt(item, 'rows'))}${gone}`,
    count(numberAt(item, 'rejected')),
    time(textAt(item, 'at')),
    plain(textAt(item, 'by') ?? NOTHING),
    plain(textAt(item, 'file') ?? NOTHING),
  ];
}

async function undoImport(
  session: Session,
  predictor: string,
  id: string,
  yes: boolean,
): Promise<ExitStatus> {
  const question = `Take back import ${plain(id)} of ${plain(predictor)} with all of its rows, for good?`;
  if (!yes && !(await confirmed(session.terminal, question))) {
    session.terminal.err.write('Nothing was undone.\n');
    return 1;
  }
  const path = ['predictors', predictor, 'imports', id];
  const answer = await untilDone(
    session,
    { method: 'DELETE', path },
    'import_unknown',
    (json) => `${count(numberAt(json, 'rows'))} rows are gone`,
  );
  if (session.json) printJson(session, answer.text);
  else {
    const rows = count(numberAt(answer.json, 'rows'));
    const { paint } = session;
    session.terminal.out.write(
      `${paint('green', 'undone')} import ${plain(id)} of ${plain(predictor)}: ${rows} rows are gone\n${flaggedText(answer.json, 'them')}${advice(answer.json, predictor)}`,
    );
  }
  return 0;
}

/** A model that learned from rows that were taken back may be the one that serves. */
function advice(answer: unknown, predictor: string): string {
  if (listAt(answer, 'flaggedModels').length === 0) return '';
  return `Where one of these is the champion, \`hundredfold retrain ${plain(predictor)}\` puts a model of what is left in its place; \`hundredfold promote\` goes back to one from before.\n`;
}
