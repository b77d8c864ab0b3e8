import { asObject, at, type JsonObject, numberAt, shown, textAt } from '../api/json.ts';
import { count, figure, NOTHING, share, time } from '../terminal/figures.ts';
import type { Paint } from '../terminal/paint.ts';
import { plain } from '../terminal/plain.ts';
import { details } from '../terminal/table.ts';

type Metric = readonly [name: string, meaning: string, write: (value: number | null) => string];

/** What is measured, in words, in the order of importance. */
const METRICS: readonly [Metric, ...Metric[]] = [
  ['accuracy', 'the first suggestion is right', share],
  ['top3', 'one of the first three is right', share],
  ['logLoss', 'log-loss; 0 would be perfect', share],
  ['macroF1', 'F1 averaged over labels, rare ones count as much', share],
  ['ece', 'calibration error of the probabilities', share],
  ['mae', 'absolute error, on average', figure],
  ['rmse', 'root of the squared error', figure],
  ['r2', 'share of the variance explained', share],
];

/** A model's figures for people: each with the interval that it is known within. */
export function reportText(paint: Paint, predictor: string, model: unknown): string {
  const metrics = asObject(at(model, 'metrics'));
  const head = details(
    [
      [
        'model',
        `${paint('bold', shown(at(model, 'model')))} of ${plain(predictor)}, ${plain(textAt(model, 'status') ?? NOTHING)}`,
      ],
      [
        'learner',
        `${plain(textAt(model, 'learner') ?? NOTHING)}, from ${count(numberAt(model, 'examples'))} examples`,
      ],
      ['trained', time(textAt(model, 'trainedAt'))],
      ['sha256', plain(textAt(model, 'sha256') ?? NOTHING)],
    ],
    paint,
  );
  const erased = numberAt(model, 'erased') ?? 0;
  const aside = erased > 0 ? `It learned from ${count(erased)} rows that were erased since.\n` : '';
  return `${head}${aside}\n${measuredText(paint, metrics)}`;
}

function measuredText(paint: Paint, metrics: JsonObject | null): string {
  const rows = METRICS.filter(([name]) => typeof metrics?.[name] === 'number').map(
    ([name, meaning, write]) => [name, `${figureText(metrics, name, write)}  ${meaning}`] as const,
  );
  if (rows.length === 0) return 'It was not measured.\n';
  const wild = numberAt(metrics, 'wild') ?? 0;
  const aside = wild > 0 ? ` (${count(wild)} with a wild target left out)` : '';
  const measured = `Measured on ${count(numberAt(metrics, 'rows'))} rows that the fit had not seen${aside}:`;
  return `${measured}\n${details(rows, paint)}${partsText(paint, metrics)}`;
}

/** How inputs are answered that other examples have too, and how those that none has. */
function partsText(paint: Paint, metrics: JsonObject | null): string {
  const [figureName, meaning, write] =
    METRICS.find(([name]) => typeof metrics?.[name] === 'number') ?? METRICS[0];
  const parts = PARTS.flatMap(([part, of]) => {
    const figures = asObject(at(metrics, part));
    const portion = numberAt(figures, 'share');
    if (figures === null || portion === null) return [];
    const rows = numberAt(figures, 'rows') ?? 0;
    const told = rows === 0 ? NOTHING : `${figureText(figures, figureName, write)}  on ${count(rows)} rows`;
    return [[part, `${percent(portion)} of the rows, ${of}: ${told}`] as const];
  });
  return parts.length === 0 ? '' : `\nOf these, ${meaning}:\n${details(parts, paint)}`;
}

const PARTS = [
  ['seen', 'inputs that other examples have too'],
  ['new', 'inputs that no other example has'],
] as const;

/** A share of rows in percent; "under 1 %" and "over 99 %" where rounding would say none or all. */
function percent(portion: number): string {
  const rounded = Math.round(100 * portion);
  if (rounded === 0 && portion > 0) return 'under 1 %';
  if (rounded === 100 && portion < 1) return 'over 99 %';
  return `${rounded} %`;
}

function figureText(metrics: unknown, name: string, write: (value: number | null) => string): string {
  const interval = asObject(at(metrics, 'intervals', name));
  const value = write(numberAt(metrics, name));
  if (interval === null) return value;
  const coverage = numberAt(interval, 'coverage');
  const sure = coverage === null ? '' : `, ${figure(coverage * 100)} % sure`;
  return `${value}  (${write(numberAt(interval, 'low'))} to ${write(numberAt(interval, 'high'))}${sure})`;
}
