import type { Command } from 'commander';
import { at, listAt, shown, textAt } from '../api/json.ts';
import { pages } from '../api/pages.ts';
import type { ExitStatus, Session, Start } from '../session.ts';
import { NOTHING } from '../terminal/figures.ts';
import { plain } from '../terminal/plain.ts';
import { table } from '../terminal/table.ts';
import { modelNumber } from './promote.ts';

export function registerLineage(program: Command, start: Start): void {
  program
    .command('lineage')
    .description('the rows that a model learned from, with the labels that they had then')
    .argument('<predictor>')
    .argument('<model>', 'the number of the model', modelNumber)
    .action((predictor: string, model: number, _options: unknown, command: Command) =>
      start(command, (session) => lineage(session, predictor, model)),
    );
}

/** Page by page: a model may have learned from more rows than anybody wants in memory. */
async function lineage(session: Session, predictor: string, model: number): Promise<ExitStatus> {
  const { out } = session.terminal;
  let begun = false;
  for await (const { json } of pages(session.api, [
    'predictors',
    predictor,
    'models',
    String(model),
    'examples',
  ])) {
    const rows = listAt(json, 'examples');
    out.write(session.json ? documentPart(rows, begun) : tablePart(session, rows, begun));
    await out.flush();
    begun ||= rows.length > 0;
  }
  if (session.json) out.write('],"next":null}\n');
  return 0;
}

/** The API's own list, all pages in one. */
function documentPart(rows: readonly unknown[], begun: boolean): string {
  const items = rows.map((row) => JSON.stringify(row)).join(',');
  return begun ? `,${items}` : `{"examples":[${items}`;
}

/** Under one heading; what is as wide on every page stands at the left. */
function tablePart(session: Session, rows: readonly unknown[], begun: boolean): string {
  const columns = [
    { heading: 'ROW', right: true },
    { heading: 'SOURCE   ' },
    { heading: 'PREDICTION'.padEnd(36) },
    { heading: 'LEARNED AS' },
    { heading: 'INPUTS' },
  ];
  const text = table(session.terminal.out, session.paint, columns, rows.map(cells));
  return begun ? text.slice(text.indexOf('\n') + 1) : text;
}

function cells(row: unknown): string[] {
  const id = shown(at(row, 'row'));
  if (at(row, 'erased') === true) return [id, 'erased', NOTHING, NOTHING, NOTHING];
  const target = at(row, 'label') ?? at(row, 'value') ?? NOTHING;
  return [
    id,
    plain(textAt(row, 'source') ?? NOTHING),
    plain(textAt(row, 'prediction') ?? NOTHING),
    plain(shown(target)),
    plain(shown(at(row, 'inputs'))),
  ];
}
