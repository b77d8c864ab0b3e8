import type { RecordedPrediction } from '../../database/index.ts';
import {
  BadObjectError,
  isBlock,
  isOfOneObject,
  type Spool,
  type SpooledPrediction,
} from '../model-store/index.ts';
import type { Log } from '../observability/error-log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { isRowsFault, mayBeOneRows } from './fault.ts';
import { passedOver, reportPassedOver } from './passed-over.ts';
import { type Predictions, type RowHandler, recordEach } from './record-each.ts';

/** Rows of one statement, at most. */
const BATCH = 100;
/** Objects that are looked into together; a block counts as so many, since it may be as long. */
const OBJECTS = { all: 100, block: 50 };
/** Objects that are read or removed at a time. */
const AT_A_TIME = 16;

export interface DrainOptions {
  readonly spool: Spool;
  /** With bounded statements, where nobody should wait for a database that hangs. */
  readonly predictions: Predictions;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Called after each commit: `waiting` where it left a retraining to be dispatched. */
  readonly onRecorded?: (waiting: boolean) => void;
  /** Asked between two batches. */
  readonly isStopped?: () => boolean;
}

/** What a look at the whole spool did. */
export interface Drained {
  /** Left the spool: recorded now or before, or erased meanwhile, be it with its predictor. */
  readonly drained: number;
  /** Could not be recorded, and were moved aside. */
  readonly refused: number;
}

/** What a look at a few objects did. */
export interface DrainedNames extends Drained {
  /** By name, why an object could not be read, or not be recorded by no fault of its row: it lies there still. */
  readonly passedOver: ReadonlyMap<string, unknown>;
}

/**
 * Records what lies in the spool and takes it out after the commit. Recording is idempotent by id, so any number of
 * processes may drain at once, and one that dies in between leaves nothing half done. What cannot be read is passed over, and
 * so is a row that alone is not recorded and is not said to be at fault: it stays. Set aside is only what never will be recorded.
 * @throws what the database or the store says when it is away; what was not reached lies there still
 */
export async function drainSpool(options: DrainOptions): Promise<Drained> {
  let drained = 0;
  let refused = 0;
  let names: string[] = [];
  let weight = 0;
  const kept = new Map<string, unknown>();
  const flush = async () => {
    const done = await drainNames(options, names);
    for (const [name, why] of done.passedOver) kept.set(name, why);
    drained += done.drained;
    refused += done.refused;
    names = [];
    weight = 0;
  };
  const before = passedOver(options.spool);
  const isStopped = () => options.isStopped?.() === true;
  for await (const name of options.spool.names()) {
    if (isStopped()) break;
    names.push(name);
    weight += isBlock(name) ? OBJECTS.block : 1;
    if (weight >= OBJECTS.all) await flush();
  }
  await flush();
  if (!isStopped()) reportPassedOver(options, before, kept);
  return { drained, refused };
}

/** The same for a few objects. */
export async function drainNames(options: DrainOptions, names: readonly string[]): Promise<DrainedNames> {
  const { spool, metrics, log } = options;
  const unreadable = new Map<string, string>();
  const refused = new Map<string, string>();
  const kept = new Map<string, unknown>();
  const done: SpooledPrediction[] = [];
  const aside: SpooledPrediction[] = [];
  /** Of each row, the object that it lies in. */
  const objects = new Map<SpooledPrediction, string>();
  await inParallel(names, async (name) => {
    try {
      for (const prediction of (await spool.read(name)) ?? []) objects.set(prediction, name);
    } catch (error) {
      if (error instanceof BadObjectError) unreadable.set(name, error.message);
      else if (isOfOneObject(error)) kept.set(name, error);
      else throw error;
    }
  });
  const found = [...objects.keys()].sort((a, b) => a.answeredAt - b.answeredAt);
  let recorded = 0;
  let dropped = 0;
  const refuse = (row: SpooledPrediction, error: unknown): void => {
    refused.set(row.id, error instanceof Error ? error.message : String(error));
    aside.push(row);
  };
  /** Failed alone, by nothing that speaks of the row: what becomes of the others tells whether the database records at all. */
  const doubtful: { readonly row: SpooledPrediction; readonly error: unknown }[] = [];
  const handler: RowHandler<SpooledPrediction> = {
    row: (prediction) => prediction,
    endsAll: (error) => !mayBeOneRows(error),
    onFate: (row, { outcome }) => {
      const why = REFUSALS[outcome];
      if (why === null) done.push(row);
      else refuse(row, why);
      if (outcome === 'recorded') recorded++;
      if (outcome === 'predictor_deleted') dropped++;
    },
    onRefused: (row, error) => {
      if (isRowsFault(error)) refuse(row, error);
      else doubtful.push({ row, error });
    },
    onCommitted: (_rows, waiting) => options.onRecorded?.(waiting),
  };
  try {
    for (let from = 0; from < found.length; from += BATCH) {
      await recordEach(options.predictions, found.slice(from, from + BATCH), handler);
    }
    const [first] = doubtful;
    if (first !== undefined && recorded === 0) throw first.error;
    // Once more, now that the database is known to record: it may have learned to meanwhile.
    const again: typeof handler = {
      ...handler,
      onRefused: (row, error) => {
        if (isRowsFault(error)) return refuse(row, error);
        kept.set(objects.get(row) ?? row.id, error);
        metrics.add('hundredfold_recording_faults_total');
      },
    };
    for (const { row } of doubtful) await recordEach(options.predictions, [row], again);
  } finally {
    // Also where a later statement found the database away: what was recorded before is.
    await takeOut(objects, done, (object, rows) =>
      isBlock(object) ? spool.takeOut(object, new Set(rows.map(({ id }) => id))) : spool.remove(object),
    );
    await takeOut(objects, aside, (object, rows) =>
      isBlock(object) ? spool.setAsideOf(object, rows) : spool.setAside(object),
    );
    await inParallel([...unreadable.keys()], (name) => spool.setAside(name));
    metrics.add('hundredfold_predictions_recorded_total', recorded);
    metrics.add('hundredfold_spool_drained_total', done.length);
    metrics.add('hundredfold_spool_dropped_total', dropped);
    metrics.add('hundredfold_spool_refused_total', refused.size + unreadable.size);
    for (const [name, why] of [...unreadable, ...refused]) {
      log.error(`spool/${name}.json could not be recorded and was moved to spool-refused/`, new Error(why));
    }
  }
  return { drained: done.length, refused: refused.size + unreadable.size, passedOver: kept };
}

async function takeOut(
  objects: ReadonlyMap<SpooledPrediction, string>,
  rows: readonly SpooledPrediction[],
  work: (object: string, rows: readonly SpooledPrediction[]) => Promise<void>,
): Promise<void> {
  const byObject = Map.groupBy(rows, (row) => objects.get(row) ?? row.id);
  await inParallel([...byObject], ([object, ofIt]) => work(object, ofIt));
}

/** By outcome, why a row stays unrecorded for good; null where there is nothing left to do. */
const REFUSALS: Readonly<Record<RecordedPrediction['outcome'], string | null>> = {
  recorded: null,
  replayed: null,
  erased: null,
  predictor_deleted: null,
  reused: 'its Idempotency-Key had been used with another body before',
  predictor_unknown: 'its predictor is gone',
};

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, items.length) }, worker));
}
