import type { Command } from 'commander';
import { at, numberAt, shown, textAt } from '../api/json.ts';
import { whole } from '../api/pages.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { count, figure, NOTHING, share, time } from '../terminal/figures.ts';
import { plain } from '../terminal/plain.ts';
import { table } from '../terminal/table.ts';

export function registerModels(program: Command, start: Start): void {
  program
    .command('models')
    .description('the models of a predictor, and how good they are')
    .argument('<predictor>')
    .action((predictor: string, _options: unknown, command: Command) =>
      start(command, (session) => models(session, predictor)),
    );
}

async function models(session: Session, predictor: string): Promise<ExitStatus> {
  const { items, text } = await whole(session.api, ['predictors', predictor, 'models'], 'models');
  if (session.json) printJson(session, text);
  else if (items.length === 0) session.terminal.out.write(`${predictor} has no models yet.\n`);
  else session.terminal.out.write(modelsTable(session, items));
  return 0;
}

function modelsTable(session: Session, items: readonly unknown[]): string {
  const numbers = items.some((item) => numberAt(item, 'metrics', 'mae') !== null);
  const figures = numbers
    ? ([
        ['MAE', 'mae', figure],
        ['R2', 'r2', share],
      ] as const)
    : ([
        ['ACCURACY', 'accuracy', share],
        ['LOG-LOSS', 'logLoss', share],
      ] as const);
  return table(
    session.terminal.out,
    session.paint,
    [
      { heading: 'MODEL', right: true },
      { heading: 'STATUS' },
      { heading: 'LEARNER' },
      { heading: 'EXAMPLES', right: true },
      ...figures.map(([heading]) => ({ heading, right: true })),
      { heading: 'TRAINED' },
    ],
    items.map((item) => [
      shown(at(item, 'model')),
      plain(statusOf(item)),
      plain(textAt(item, 'learner') ?? NOTHING),
      count(numberAt(item, 'examples')),
      ...figures.map(([, metric, write]) => write(numberAt(item, 'metrics', metric))),
      time(textAt(item, 'trainedAt')),
    ]),
  );
}

/**
 * Rows that were erased after a model had learned from them stay in it, and a pruned one cannot serve: whoever reads the
 * list should see that.
 */
function statusOf(model: unknown): string {
  const status = textAt(model, 'status') ?? NOTHING;
  const erased = numberAt(model, 'erased') ?? 0;
  const knows = erased > 0 ? `, knows ${count(erased)} erased` : '';
  return `${status}${knows}${at(model, 'pruned') === true ? ', pruned' : ''}`;
}
