import { asObject, at, neededText, numberAt, shown, textAt } from '../api/json.ts';
import { bar, count, NOTHING, time } from '../terminal/figures.ts';
import type { Paint } from '../terminal/paint.ts';
import { plain } from '../terminal/plain.ts';
import { details, table } from '../terminal/table.ts';
import type { Writer } from '../terminal/terminal.ts';

/** One line for each predictor. */
export function overviewText(writer: Writer, paint: Paint, predictors: readonly unknown[]): string {
  if (predictors.length === 0) return 'There are no predictors yet: `hundredfold apply FILE` makes one.\n';
  return table(
    writer,
    paint,
    [
      { heading: 'PREDICTOR' },
      { heading: 'NEW ROWS' },
      { heading: 'PREDICTIONS', right: true },
      { heading: 'EXAMPLES', right: true },
      { heading: 'CHAMPION', right: true },
      { heading: 'LAST RETRAINING' },
    ],
    predictors.map((predictor) => [
      plain(neededText(predictor, 'name')),
      counterText(predictor, 10),
      count(numberAt(predictor, 'predictions')),
      count(exampleCount(predictor)),
      championNumber(predictor),
      lastWord(at(predictor, 'lastRetraining')),
    ]),
  );
}

/** Everything about one predictor. */
export function predictorText(paint: Paint, predictor: unknown): string {
  const champion = asObject(at(predictor, 'champion'));
  const last = asObject(at(predictor, 'lastRetraining'));
  const pairs: (readonly [string, string])[] = [
    [
      'predictor',
      `${paint('bold', plain(neededText(predictor, 'name')))}, revision ${count(numberAt(predictor, 'revision'))}`,
    ],
    ['inputs', plain(inputsText(predictor))],
    ['target', plain(targetText(predictor))],
    ['counter', counterText(predictor, 20)],
    ['predictions', count(numberAt(predictor, 'predictions'))],
    ['examples', examplesText(predictor)],
    [
      'champion',
      champion === null
        ? `none yet${missingText(predictor)}`
        : `model ${shown(champion.model)}, since ${time(textAt(champion, 'promotedAt'))}`,
    ],
  ];
  if (last === null) pairs.push(['retraining', 'none yet']);
  else {
    pairs.push(['retraining', `${shown(last.id)} (${plain(shown(last.trigger))}): ${lastWord(last)}`]);
    const reason = textAt(last, 'reason') ?? textAt(last, 'lastError');
    if (reason !== null) pairs.push(['', plain(reason)]);
    if (textAt(last, 'heldUntil') !== null) {
      pairs.push([
        '',
        `\`hundredfold retrain ${plain(neededText(predictor, 'name'))}\` does not wait for it`,
      ]);
    }
  }
  return details(pairs, paint);
}

/** New rows of those that ask for a retraining, as a bar and as numbers. */
function counterText(predictor: unknown, size: number): string {
  const rows = numberAt(predictor, 'counter', 'newRows');
  const every = numberAt(predictor, 'counter', 'every');
  return `${bar(rows ?? 0, every ?? 0, size)} ${count(rows)} of ${count(every)}`;
}

const SOURCES = ['imported', 'accepted', 'corrected'] as const;

function exampleCount(predictor: unknown): number {
  return SOURCES.reduce((sum, source) => sum + (numberAt(predictor, 'examples', source) ?? 0), 0);
}

function examplesText(predictor: unknown): string {
  const parts = SOURCES.map((source) => `${count(numberAt(predictor, 'examples', source))} ${source}`);
  return `${count(exampleCount(predictor))} (${parts.join(', ')})`;
}

function championNumber(predictor: unknown): string {
  const model = numberAt(predictor, 'champion', 'model');
  return model === null ? NOTHING : String(model);
}

/** The verdict and its time; while there is none, how far it is, or until when it is held back. */
function lastWord(retraining: unknown): string {
  const verdict = textAt(retraining, 'verdict');
  if (verdict !== null) return `${verdict}, ${time(textAt(retraining, 'finishedAt'))}`;
  const held = textAt(retraining, 'heldUntil');
  if (held !== null) return `held until ${time(held)}`;
  return textAt(retraining, 'status') ?? NOTHING;
}

function inputsText(predictor: unknown): string {
  const inputs = asObject(at(predictor, 'definition', 'inputs')) ?? {};
  return Object.entries(inputs)
    .map(([name, input]) => {
      const type = textAt(input, 'type') ?? 'unknown';
      return `${name} (${at(input, 'optional') === true ? `${type}, optional` : type})`;
    })
    .join(', ');
}

function targetText(predictor: unknown): string {
  const target = at(predictor, 'definition', 'target');
  return `${textAt(target, 'name') ?? NOTHING} (${textAt(target, 'type') ?? NOTHING})`;
}

/** What the first training waits for: `{"examples":{"needed":10,"present":4}}`. */
function missingText(predictor: unknown): string {
  const missing = Object.entries(asObject(at(predictor, 'missing')) ?? {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const parts = missing.map(
    ([what, of]) => `${count(numberAt(of, 'present'))} of ${count(numberAt(of, 'needed'))} ${plain(what)}`,
  );
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}
