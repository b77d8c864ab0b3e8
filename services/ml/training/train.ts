import type { Example } from '../example.ts';
import type { Judgement, Verdict } from '../judging/judgement.ts';
import { isMuch, makesWay, makingWayReason, type Withdrawn, withdrawnFrom } from '../judging/withdrawn.ts';
import { learnerNamed } from '../learners/learners.ts';
import type { Pause } from '../linalg/lbfgs.ts';
import { learnableRows, type Material, prepare } from '../material.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Model } from '../model/model.ts';
import { type Artifact, writeModel } from '../model/write.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import { candidatesFor } from '../selection/candidates.ts';
import { chooseRecipe } from '../selection/choose.ts';
import { crossFit, type OutOfFold } from '../selection/cross-fit.ts';
import { dealRows, type Folds } from '../selection/folds.ts';
import { temperatureOf } from '../selection/loss.ts';
import { fitRecipe, type Recipe, targetOf } from '../selection/recipe.ts';
import { sampleForChoice } from '../selection/sample.ts';
import { judge } from './contest.ts';
import { answerFacts, answersToNew, measure } from './measure.ts';
import { readBack } from './read-back.ts';
import { chooseUnrivalled } from './unrivalled.ts';
import type { Workshop } from './workshop.ts';

export interface Progress {
  readonly step: 'settings' | 'cross-fit' | 'fit';
  readonly done: number;
  readonly of: number;
}

export interface TrainingInput {
  readonly definition: PredictorDefinition;
  readonly revision: number;
  readonly examples: readonly Example[];
  /** Null for the first model, and where the champion's inputs or target are not the definition's. */
  readonly champion: Model | null;
  /** The last training judged against this champion under this definition: the same examples need no second fit. */
  readonly judgedBefore?: {
    readonly id: number;
    readonly fingerprint: string;
    readonly verdict: string;
  } | null;
  /** A whole number. */
  readonly seed: number;
  readonly codeVersion: string;
  /** Called between two steps of the work; a promise is waited for. */
  readonly pause?: Pause;
  readonly report?: (progress: Progress) => void;
}

export interface TrainingOutcome {
  readonly verdict: Verdict | 'unchanged';
  /** A sentence with the numbers, for a person. */
  readonly reason: string;
  /** Null when unchanged; also written when the champion stays, so that a person may promote it. */
  readonly artifact: Artifact | null;
  /** Null for a first model and when unchanged. */
  readonly judgement: Judgement | null;
  readonly metrics: Metrics | null;
  readonly fingerprint: string;
}

const FOLDS = 5;

/** Settings are chosen again when the examples have grown to this many times those they were chosen on. */
const GROWTH = 1.5;

/**
 * Learns from the examples and judges what was learned against the champion. The order of the examples does not matter,
 * and the same input gives the same bytes.
 * @throws TrainingError `no_examples`, `bad_target`, `unreadable_model`
 * @throws FeaturizerError for an input that does not fit the definition
 */
export async function train(input: TrainingInput): Promise<TrainingOutcome> {
  const { definition, champion, seed, pause, report } = input;
  const material = prepare(definition, input.examples);
  const withdrawn = withdrawnFrom(champion?.head.examples ?? 0, input.examples);
  const known = whyUnchanged(input, material, withdrawn);
  if (known !== null) {
    const reason = `Nothing new to learn: ${known} these ${material.rows.length} examples.`;
    const { fingerprint } = material;
    const metrics = champion?.head.metrics ?? null;
    return { verdict: 'unchanged', reason, artifact: null, judgement: null, metrics, fingerprint };
  }
  const folds = foldsOf(material, seed);
  const workshop: Workshop = { definition, material, folds, pause };
  const { recipe, chosenOn } = await settle(workshop, isMuch(withdrawn) ? null : champion, input);
  const out = await crossFit({
    ...workshop,
    recipe,
    hasChampion: champion !== null,
    onFold: (done) => report?.({ step: 'cross-fit', done, of: folds.count }),
  });
  if (champion === null) {
    const first = await chooseUnrivalled(workshop, recipe, out);
    const artifact = await publish(input, workshop, { ...first, chosenOn });
    return outcome('promoted', `First model: ${first.reason}`, artifact, null);
  }
  const temperature = temperatureOf(material, out);
  const judgement = judge({ definition, material, champion, out, temperature, seed });
  if (judgement.verdict === 'undecided' && makesWay(withdrawn, judgement.rows)) {
    const next = await chooseUnrivalled(workshop, recipe, out);
    const artifact = await publish(input, workshop, { ...next, chosenOn });
    const reason = `${makingWayReason(withdrawn, judgement)} The challenger: ${next.reason}`;
    return outcome('promoted', reason, artifact, { ...judgement, verdict: 'promoted', reason });
  }
  const artifact = await publish(input, workshop, { recipe, out, chosenOn });
  return outcome(judgement.verdict, judgement.reason, artifact, judgement);
}

function whyUnchanged(
  { champion, definition, judgedBefore }: TrainingInput,
  material: Material,
  withdrawn: Withdrawn,
): string | null {
  if (champion !== null && isUnchanged(champion, material)) return 'the champion learned from';
  if (judgedBefore == null || judgedBefore.fingerprint !== material.fingerprint) return null;
  // An earlier version of this code had the champion stay; where a person decides, their word is waited for.
  const unseen = material.unseen.reduce((sum, isUnseen) => sum + isUnseen, 0);
  const isOpen = judgedBefore.verdict === 'undecided' && definition.promotion === 'automatic';
  if (isOpen && makesWay(withdrawn, unseen)) return null;
  return `retraining ${judgedBefore.id} (${judgedBefore.verdict}) looked at`;
}

function isUnchanged({ head }: Model, { fingerprint, target }: Material): boolean {
  if (head.fingerprint !== fingerprint) return false;
  return head.answer.target === 'label'
    ? target.type === 'label'
    : target.type === 'number' && head.answer.interval.coverage === target.coverage;
}

function outcome(
  verdict: Verdict,
  reason: string,
  artifact: Artifact,
  judgement: Judgement | null,
): TrainingOutcome {
  const { metrics, fingerprint } = artifact.head;
  return { verdict, reason, artifact, judgement, metrics, fingerprint };
}

/** The champion's recipe while it is fresh enough, a newly chosen one otherwise, or where none is given. A `prior` chose nothing worth keeping. */
async function settle(
  workshop: Workshop,
  champion: Model | null,
  { seed, report }: TrainingInput,
): Promise<{ recipe: Recipe; chosenOn: number }> {
  const { definition, material, pause } = workshop;
  const examples = material.rows.length;
  const known = champion?.head;
  if (known !== undefined && known.recipe.learner !== 'prior' && examples < GROWTH * known.chosenOn) {
    return { recipe: known.recipe, chosenOn: known.chosenOn };
  }
  const sample = sampleForChoice(material, seed);
  const recipe = await chooseRecipe({
    definition,
    material: sample,
    folds: foldsOf(sample, seed),
    candidates: candidatesFor(definition, sample),
    pause,
    onFit: (done, of) => report?.({ step: 'settings', done, of }),
  });
  return { recipe, chosenOn: examples };
}

function foldsOf({ contents, target }: Material, seed: number): Folds {
  return dealRows(contents, target.type === 'label' ? target.y : null, seed, FOLDS);
}

/** Fits on all examples and writes the model, with what the rows out of fold say of it. */
async function publish(
  { revision, seed, codeVersion, report }: TrainingInput,
  workshop: Workshop,
  { recipe, out, chosenOn }: { recipe: Recipe; out: OutOfFold; chosenOn: number },
): Promise<Artifact> {
  const { definition, material, pause } = workshop;
  const { target, rows, fingerprint } = material;
  const temperature = temperatureOf(material, out);
  const asNew = await answersToNew({ ...workshop, seed }, recipe, out);
  report?.({ step: 'fit', done: 0, of: 1 });
  const learned = learnableRows(material);
  const learnedRows = learned.map((r) => rows[r] ?? {});
  const parts = await fitRecipe(definition, recipe, learnedRows, targetOf(target, learned), pause);
  report?.({ step: 'fit', done: 1, of: 1 });
  const artifact = writeModel(
    {
      codeVersion,
      definition,
      revision,
      seed,
      examples: rows.length,
      fingerprint,
      metrics: measure(material, out, asNew, temperature, seed),
      recipe: { ...recipe, settings: learnerNamed(recipe.learner).complete(recipe.settings) },
      chosenOn,
      answer: answerFacts(material, out, recipe, temperature),
    },
    parts,
  );
  return readBack(artifact, rows);
}
