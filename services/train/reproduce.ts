import {
  isUnavailable,
  LeaseLostError,
  type Reproduction,
  TrainingStoppedError,
} from '../../database/index.ts';
import type { Model } from '../ml/model/model.ts';
import { readModel } from '../ml/model/read.ts';
import { parseDefinition } from '../ml/predictor/parse-definition.ts';
import { train } from '../ml/training/train.ts';
import { BadObjectError, getArtifact } from '../model-store/index.ts';
import { TrainingError } from './errors.ts';
import { readLearned } from './learned-examples.ts';
import { Lease } from './lease.ts';
import type { Progress } from './progress.ts';
import { type RetrainOptions, SEED } from './retrain.ts';
import { checkTime, TimeIsUpError } from './time-limit.ts';

/** How a reproduction ended. `equal` is null where it could not be tried; `reason` says why. */
export interface ReproductionReport {
  readonly reproduction: string;
  readonly model: number;
  readonly equal: boolean | null;
  readonly reason: string;
}

/**
 * Makes a model again from what it learned from, and compares the bytes. Null when it is done already, another trainer
 * is at it, or training is switched off; switched off in the middle, it is given back. Nothing is stored but the verdict.
 *
 * @throws LeaseLostError when another trainer took over
 */
export async function reproduce(id: string, options: RetrainOptions): Promise<ReproductionReport | null> {
  const { database, leaseSeconds = 60 } = options;
  const claimed = await database.reproductions.claim(id, leaseSeconds);
  if (claimed === null) return null;
  const { renewFrom, timeLimit } = options;
  const lease = new Lease({
    database,
    claim: claimed,
    of: 'reproductions',
    seconds: leaseSeconds,
    renewFrom,
    timeLimit,
  });
  try {
    const outcome = await settle(claimed, lease, options);
    if (outcome === null) return null;
    const { sha256, reason } = outcome;
    await database.reproductions.finish(claimed, sha256, reason);
    const equal = sha256 === null ? null : sha256 === claimed.expected;
    return { reproduction: claimed.id, model: claimed.model, equal, reason };
  } finally {
    await lease.stop();
  }
}

interface Outcome {
  /** Null where it could not be tried. */
  readonly sha256: string | null;
  readonly reason: string;
}

/** Null when it was given back. */
async function settle(claimed: Reproduction, lease: Lease, options: RetrainOptions): Promise<Outcome | null> {
  try {
    return await makeAgain(claimed, lease, options);
  } catch (error) {
    // Without the database nothing can be written: the lease runs out, and it is tried again.
    if (error instanceof LeaseLostError || isUnavailable(error)) throw error;
    const isHandedBack =
      error instanceof TrainingStoppedError || (error instanceof TimeIsUpError && error.givesBack);
    if (isHandedBack || options.signal?.aborted === true) {
      await options.database.reproductions.release(claimed);
      if (isHandedBack) return null;
      throw error;
    }
    return { sha256: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function makeAgain(claimed: Reproduction, lease: Lease, options: RetrainOptions): Promise<Outcome> {
  const { predictorId, model, revision } = claimed;
  refuseUnknown(claimed);
  const definition = parseDefinition(claimed.definition);
  const check = () => {
    lease.check();
    options.signal?.throwIfAborted();
    checkTime(options.timeLimit);
  };
  const tell = (progress: Progress) => {
    check();
    lease.report(progress);
    options.report?.(progress);
  };
  tell({ step: 'reading examples', done: 0, of: 1 });
  const read = await readLearned(
    options.database,
    { predictorId, model, definition, champion: claimed.champion?.model ?? null },
    async (rows) => {
      tell({ step: 'reading examples', done: rows, of: rows });
      await options.pause?.();
    },
  );
  const all = read.examples.length + read.erased + read.unfit;
  if (read.erased > 0) {
    throw refusal(
      `${read.erased} of the ${all} rows that model ${model} learned from were erased since, so it cannot be made again.`,
    );
  }
  if (read.unfit > 0) {
    throw refusal(
      `${read.unfit} of the ${all} rows that model ${model} learned from no longer fit its definition as this version of Hundredfold reads it, so it cannot be made again.`,
    );
  }
  const { artifact } = await train({
    definition,
    revision,
    examples: read.examples,
    champion: await championOf(claimed, options),
    seed: SEED,
    // The version is part of the bytes: that of the code that made the model, to see whether this one still does.
    codeVersion: claimed.codeVersion,
    report: tell,
    pause: () => {
      check();
      return options.pause?.();
    },
  });
  if (artifact === null) {
    throw refusal(
      `Version ${options.codeVersion} of Hundredfold finds nothing to learn in these ${all} examples.`,
    );
  }
  return { sha256: artifact.sha256, reason: verdict(claimed, artifact.sha256, all, options.codeVersion) };
}

function refuseUnknown({ model, labelsKnown, judged }: Reproduction): void {
  if (!labelsKnown) {
    throw refusal(
      `Model ${model} was trained before the labels of its rows were kept with it, so it cannot be made again.`,
    );
  }
  if (!judged) {
    throw refusal(
      `It is not known which champion model ${model} was judged against, so it cannot be made again.`,
    );
  }
}

/** A challenger goes on with its champion's settings, and what the champion had seen shapes the cross-fit. */
async function championOf(
  { predictorId, model, champion }: Reproduction,
  { database, store }: RetrainOptions,
): Promise<Model | null> {
  if (champion === null) return null;
  try {
    return readModel(await getArtifact(store, champion));
  } catch (error) {
    if (!(error instanceof BadObjectError)) throw error;
    const found = await database.models.find(predictorId, champion.model);
    const why = found?.prunedAt == null ? `cannot be read: ${error.message}` : 'was pruned.';
    throw refusal(
      `Model ${champion.model}, the champion whose settings model ${model} goes on with, ${why}`,
      error,
    );
  }
}

function verdict({ model, expected, codeVersion }: Reproduction, sha256: string, rows: number, now: string) {
  const versions =
    codeVersion === now
      ? ''
      : ` Model ${model} was made by version ${codeVersion} of Hundredfold, and now by ${now}.`;
  return sha256 === expected
    ? `Made again from ${rows} examples, model ${model} is the same byte for byte.${versions}`
    : `Made again from ${rows} examples, model ${model} comes out otherwise.${versions}`;
}

function refusal(message: string, cause?: unknown): TrainingError {
  return new TrainingError('not_reproducible', message, { cause });
}
