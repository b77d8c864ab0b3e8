import {
  type Claim,
  type Database,
  type DatabaseOptions,
  isUnavailable,
  LeaseLostError,
  TrainingStoppedError,
  type Verdict,
} from '../../database/index.ts';
import { ModelDocumentError } from '../ml/model/errors.ts';
import type { Model } from '../ml/model/model.ts';
import { readModel } from '../ml/model/read.ts';
import type { PredictorDefinition } from '../ml/predictor/definition.ts';
import { parseDefinition } from '../ml/predictor/parse-definition.ts';
import { train } from '../ml/training/train.ts';
import { BadObjectError, getArtifact, type ObjectStore } from '../model-store/index.ts';
import { TrainingError } from './errors.ts';
import { failure } from './failure.ts';
import { type LearnableExamples, readLearnable } from './learnable-examples.ts';
import { Lease } from './lease.ts';
import type { Progress } from './progress.ts';
import { publish, publishPointer } from './publish.ts';
import { checkTime, TimeIsUpError, type TimeLimit } from './time-limit.ts';

/** What a training works with. */
export interface RetrainOptions {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly codeVersion: string;
  /** How long the database keeps the training for us without a sign of life. */
  readonly leaseSeconds?: number;
  /**
   * The same database once more, for a thread that renews the lease while a fit keeps this one busy. Without it the
   * lease is renewed between the steps, and `pause` must let that happen.
   */
  readonly renewFrom?: DatabaseOptions;
  /** A training without a sign of life for this long hangs, and is another trainer's: 300 unless told. */
  readonly stallSeconds?: number;
  /** Told what was claimed, before the work begins. */
  readonly onClaim?: (claim: Claim) => void;
  readonly report?: (progress: Progress) => void;
  /** Lets other work in between two steps; a promise is awaited. */
  readonly pause?: () => Promise<void> | undefined;
  /** Once aborted, the training is given back at its next step for another trainer to take. */
  readonly signal?: AbortSignal;
  /** Where something would cut the training off: it ends by itself before, and never leaves its lease behind. */
  readonly timeLimit?: TimeLimit;
}

/** How a training ended. */
export interface RetrainReport {
  readonly retraining: string;
  readonly predictor: string;
  readonly verdict: Verdict['verdict'];
  readonly reason: string;
  readonly model: number | null;
}

/** The same seed for every training: with equal examples and settings the bytes of a model are equal. */
export const SEED = 1;

/**
 * Carries out the pending training of a predictor: claims it, learns, has the challenger judged, publishes, and ends
 * with a verdict. Null when nothing is pending, another trainer is at it, or training is switched off; switched off in the
 * middle, or begun too late for its time limit, it is given back. Whatever goes wrong becomes the verdict `failed` with its reason; only a lost lease, an
 * abort or a database that is away throws.
 *
 * @throws LeaseLostError when another trainer took over: nothing was published
 */
export async function retrain(predictor: string, options: RetrainOptions): Promise<RetrainReport | null> {
  const { database, leaseSeconds = 60 } = options;
  const claim = await database.training.claim(predictor, leaseSeconds);
  if (claim === null) return null;
  options.onClaim?.(claim);
  const { renewFrom, stallSeconds, timeLimit } = options;
  const lease = new Lease({ database, claim, seconds: leaseSeconds, renewFrom, stallSeconds, timeLimit });
  const verdict = await settle(claim, lease, options);
  if (verdict === null) return null;
  await publishPointer(predictor, options);
  return {
    retraining: claim.id,
    predictor,
    verdict: verdict.verdict,
    reason: verdict.reason,
    model: verdict.model?.version ?? null,
  };
}

/** Null when the training was given back. */
async function settle(claim: Claim, lease: Lease, options: RetrainOptions): Promise<Verdict | null> {
  try {
    return await learn(claim, lease, options);
  } catch (error) {
    // Without the database no verdict can be written, and none should be: the lease runs out, and it is tried again.
    if (error instanceof LeaseLostError || isUnavailable(error)) throw error;
    const isHandedBack =
      error instanceof TrainingStoppedError || (error instanceof TimeIsUpError && error.givesBack);
    if (isHandedBack || options.signal?.aborted === true) {
      await options.database.training.release(claim);
      if (isHandedBack) return null;
      throw error;
    }
    const verdict = failure(error);
    await options.database.training.finish(claim, verdict);
    return verdict;
  } finally {
    await lease.stop();
  }
}

async function learn(claim: Claim, lease: Lease, options: RetrainOptions): Promise<Verdict> {
  const { database, store } = options;
  const definition = parseDefinition(claim.definition);
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
  const read = await readLearnable(
    database,
    {
      id: claim.predictorId,
      definition,
      revision: claim.revision,
      champion: claim.champion?.model ?? null,
    },
    async (rows) => {
      tell({ step: 'reading examples', done: rows, of: rows });
      await options.pause?.();
    },
  );
  await database.warnings.noteTraining(claim, claim.revision, read.warnings, read.reading);
  checkEnough(read, definition);
  const { champion, aside } = await championOf(claim, store);
  const outcome = await train({
    definition,
    revision: claim.revision,
    examples: read.examples,
    champion,
    judgedBefore: judgedBefore(claim),
    seed: SEED,
    codeVersion: options.codeVersion,
    report: tell,
    pause: () => {
      check();
      return options.pause?.();
    },
  });
  return publish(claim, definition, read, { ...outcome, reason: aside + outcome.reason }, options);
}

/** The last training that looked at examples, if champion and definition are still those it judged by. */
function judgedBefore({ lastJudged, champion, revision }: Claim): Claim['lastJudged'] {
  const same = lastJudged?.champion === (champion?.model ?? null) && lastJudged.revision === revision;
  return same ? lastJudged : null;
}

/** A definition may have changed since the request, so what can be learned from is counted again here. */
function checkEnough({ examples, unfit }: LearnableExamples, definition: PredictorDefinition): void {
  const left = unfit.others();
  if (examples.length < 10) {
    throw new TrainingError('too_few_examples', `Needs 10 examples, has ${examples.length}${left}.`);
  }
  if (definition.target.type === 'label' && new Set(examples.map(({ target }) => target)).size < 2) {
    throw new TrainingError('too_few_labels', `Needs 2 different labels, has 1${left}.`);
  }
}

/** Of a champion that is there whole and cannot be read, nothing can be lost: what is learned takes its place. */
async function championOf(
  claim: Claim,
  store: ObjectStore,
): Promise<{ readonly champion: Model | null; readonly aside: string }> {
  if (claim.champion === null) return { champion: null, aside: '' };
  try {
    return { champion: readModel(await getArtifact(store, claim.champion)), aside: '' };
  } catch (error) {
    if (error instanceof ModelDocumentError) {
      const aside = `Model ${claim.champion.model} could not be read (${error.message}), so nothing was judged against it. `;
      return { champion: null, aside };
    }
    if (!(error instanceof BadObjectError)) throw error;
    throw new TrainingError(
      'champion_unreadable',
      `The champion, model ${claim.champion.model}, cannot be read, so nothing can be judged against it: ${error.message} Promote another model.`,
      { cause: error },
    );
  }
}
