import type { Database, NewPrediction, RecordedPrediction } from '../../database/index.ts';
import { isRowsFault } from './fault.ts';

export type Predictions = Pick<Database['predictions'], 'record'>;

/** What is done with a row, by what became of it. */
export interface RowHandler<Item> {
  readonly row: (item: Item) => NewPrediction;
  /** Still to be recorded? Asked before each statement. */
  readonly wanted?: (item: Item) => boolean;
  readonly onFate: (item: Item, fate: RecordedPrediction) => void;
  /** Does it end the whole, rather than that the row at fault is looked for? Where not given, what is no row's fault. */
  readonly endsAll?: (error: unknown) => boolean;
  /** It failed alone: the row is at fault, or what does not end all. */
  readonly onRefused: (item: Item, error: unknown) => void;
  /** After each statement that was committed. */
  readonly onCommitted: (rows: number, waiting: boolean, milliseconds: number) => void;
}

/**
 * Records items in one statement, and where that is refused in halves of it, down to the row that is at fault: no row
 * fails its neighbours.
 * @throws what the database says where that ends all; items without a fate then have none
 */
export async function recordEach<Item>(
  predictions: Predictions,
  given: readonly Item[],
  handler: RowHandler<Item>,
): Promise<void> {
  const items = handler.wanted === undefined ? given : given.filter(handler.wanted);
  const [only] = items;
  if (only === undefined) return;
  const began = performance.now();
  let recorded: Awaited<ReturnType<Predictions['record']>>;
  try {
    recorded = await predictions.record(items.map(handler.row));
  } catch (error) {
    if (handler.endsAll === undefined ? !isRowsFault(error) : handler.endsAll(error)) throw error;
    if (items.length === 1) {
      handler.onRefused(only, error);
      return;
    }
    const half = Math.ceil(items.length / 2);
    await recordEach(predictions, items.slice(0, half), handler);
    await recordEach(predictions, items.slice(half), handler);
    return;
  }
  handler.onCommitted(items.length, recorded.waiting, performance.now() - began);
  items.forEach((item, place) => {
    const fate = recorded.fates[place];
    if (fate === undefined) handler.onRefused(item, new Error('a recorded row has no fate'));
    else handler.onFate(item, fate);
  });
}
