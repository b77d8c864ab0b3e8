import { judgeLabels } from '../judging/judge-labels.ts';
import { judgeNumbers } from '../judging/judge-numbers.ts';
import type { Judgement } from '../judging/judgement.ts';
import type { Material } from '../material.ts';
import { clippedLogLoss } from '../metrics/log-loss.ts';
import type { Model } from '../model/model.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import type { OutOfFold } from '../selection/cross-fit.ts';
import { probabilitiesOf } from '../selection/loss.ts';

export interface Contest {
  readonly definition: PredictorDefinition;
  readonly material: Material;
  readonly champion: Model;
  readonly out: OutOfFold;
  readonly temperature: number;
  readonly seed: number;
}

/** How both did on some of the rows. */
type Part = Pick<Judgement, 'rows' | 'champion' | 'challenger'>;

/** A judgement on all rows, and what both did where the challenger's fit knew the inputs and where it did not. */
export type ContestJudgement = Judgement & { readonly seen: Part; readonly new: Part };

/** Compares the champion as it is with the challenger's cross-fit on the rows that neither had learned. */
export function judge(contest: Contest): ContestJudgement {
  const { unseen } = contest.material;
  const { predicted, sayable, repeated } = contest.out;
  // A label that a fit did not learn counts against it. A wild number says nothing of either, and would hide all others.
  const counts = contest.material.target.type === 'label' ? predicted : sayable;
  const rows = [...unseen.keys()].filter((r) => unseen[r] === 1 && counts[r] === 1);
  const judgeSome = judgeOf(contest, rows);
  const part = (isSeen: number): Part => {
    const own = judgeSome((r) => repeated[r] === isSeen);
    return { rows: own.rows, champion: own.champion, challenger: own.challenger };
  };
  return { ...judgeSome(() => true), seen: part(1), new: part(0) };
}

/** Has both answer each row once, and judges by those that are wanted. */
function judgeOf(contest: Contest, rows: readonly number[]): (isWanted: (r: number) => boolean) => Judgement {
  const { material, definition } = contest;
  const { target } = material;
  const { champion } = contest;
  if (target.type === 'number') {
    if (champion.target !== 'number') throw new Error('the champion says labels, the examples hold numbers');
    const outcomes = rows.map((r) => ({
      championError: Math.abs(champion.value(material.rows[r] ?? {}) - (target.y[r] as number)),
      challengerError: Math.abs((contest.out.scores[r] as number) - (target.y[r] as number)),
    }));
    return (isWanted) =>
      judgeNumbers({
        rows: outcomes.filter((_, i) => isWanted(rows[i] as number)),
        margin: definition.margin,
        seed: contest.seed,
      });
  }
  if (champion.target !== 'label') throw new Error('the champion says numbers, the examples hold labels');
  const { labels, y } = target;
  const championNumber = new Map(champion.labels.map((label, number) => [label, number]));
  const outcomes = rows.map((r) => {
    const truth = y[r] as number;
    const said = champion.probabilities(material.rows[r] ?? {});
    return {
      champion: outcome(said, championNumber.get(labels[truth] ?? '')),
      challenger: outcome(probabilitiesOf(contest.out, r, labels.length, contest.temperature), truth),
    };
  });
  return (isWanted) =>
    judgeLabels({ rows: outcomes.filter((_, i) => isWanted(rows[i] as number)), margin: definition.margin });
}

/** @param truth the true label's number, undefined for a label that the model cannot say */
function outcome(
  probabilities: Float64Array,
  truth: number | undefined,
): { correct: boolean; logLoss: number } {
  if (truth === undefined) return { correct: false, logLoss: clippedLogLoss(0) };
  let first = 0;
  for (let k = 1; k < probabilities.length; k++) {
    if ((probabilities[k] as number) > (probabilities[first] as number)) first = k;
  }
  return { correct: first === truth, logLoss: clippedLogLoss(probabilities[truth] as number) };
}
