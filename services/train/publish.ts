import {
  ChampionChangedError,
  type Claim,
  type Database,
  type NewModel,
  type Verdict,
} from '../../database/index.ts';
import { type PredictorDefinition, signature } from '../ml/predictor/definition.ts';
import type { TrainingOutcome } from '../ml/training/train.ts';
import { getArtifact, type ObjectStore, putArtifact, writePointer } from '../model-store/index.ts';
import type { LearnableExamples } from './learnable-examples.ts';

/** Where a model goes, and which version of the code made it. */
export interface PublishOptions {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly codeVersion: string;
}

/**
 * Stores the challenger, registers it and ends the training with its verdict; where it won, it is the champion from
 * then on.
 *
 * @throws LeaseLostError, DefinitionChangedError: nothing was registered
 */
export async function publish(
  claim: Claim,
  definition: PredictorDefinition,
  read: LearnableExamples,
  outcome: TrainingOutcome,
  options: PublishOptions,
): Promise<Verdict> {
  const { database } = options;
  const verdict: Verdict = {
    verdict: outcome.verdict,
    reason: outcome.reason + read.unfit.leftOut(),
    fingerprint: outcome.fingerprint,
    judgement: outcome.judgement,
    champion: claim.champion?.model ?? null,
    model: await store(claim, definition, outcome, options),
    learned: read.learned,
    learnedLabels: read.learnedLabels,
  };
  const final = awaitingApproval(verdict, definition);
  try {
    await database.training.finish(claim, final);
    return final;
  } catch (error) {
    if (!(error instanceof ChampionChangedError) || final.model === null) throw error;
    const late: Verdict = {
      ...final,
      verdict: 'undecided',
      reason: `Somebody changed the champion while this challenger was judged against ${final.champion === null ? 'none' : `model ${final.champion}`}, so it was not promoted. ${final.reason}`,
      model: { ...final.model, status: 'rejected' },
    };
    await database.training.finish(claim, late);
    return late;
  }
}

/** Where a person decides, a challenger that would be promoted waits for them, and the champion stays. */
function awaitingApproval(verdict: Verdict, definition: PredictorDefinition): Verdict {
  if (definition.promotion === 'automatic' || verdict.verdict !== 'promoted' || verdict.model === null)
    return verdict;
  return {
    ...verdict,
    verdict: 'undecided',
    reason: `${verdict.reason} It awaits a person's approval: promote model ${verdict.model.version} to have it serve.`,
    model: { ...verdict.model, status: 'awaiting-approval' },
  };
}

/** The artifact first: the registry never names what is not there. */
async function store(
  claim: Claim,
  definition: PredictorDefinition,
  { artifact, verdict, metrics }: TrainingOutcome,
  { database, store: objects, codeVersion }: PublishOptions,
): Promise<NewModel | null> {
  if (artifact === null) return null;
  const version = await database.training.reserveVersion(claim);
  const { key, sha256 } = await putArtifact(objects, definition.name, version, artifact.bytes);
  // A store that took other bytes than it was given would say so to the first process that serves them.
  await getArtifact(objects, { key, sha256 });
  return {
    version,
    status: verdict === 'promoted' ? 'champion' : 'rejected',
    revision: claim.revision,
    signature: signature(definition),
    learner: artifact.head.recipe.learner,
    settings: artifact.head.recipe.settings,
    examples: artifact.head.examples,
    metrics: metrics ?? {},
    sha256,
    key,
    size: artifact.bytes.byteLength,
    code_version: codeVersion,
  };
}

/** The pointer last, from the state that was committed: a crash before it leaves the old one, whole. */
export async function publishPointer(
  predictor: string,
  { database, store: objects }: PublishOptions,
): Promise<void> {
  const state = await database.predictors.state(predictor);
  if (state !== null) await writePointer(objects, state);
}
