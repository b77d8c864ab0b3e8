import { type Example, type Model, readModel, train } from '../../../services/ml/index.ts';
import { prepare } from '../../../services/ml/material.ts';
import { type LabelMetrics, labelMetrics } from '../../../services/ml/metrics/label-metrics.ts';
import { type NumberMetrics, numberMetrics } from '../../../services/ml/metrics/number-metrics.ts';
import { dealInputs } from '../../../services/ml/selection/folds.ts';
import type { Dataset } from './datasets.ts';

/**
 * One round of cross-validation from outside: each fold is answered by a first model that was trained on the others, its
 * settings chosen among those too. With `answered` only so many of the folds are. Equal inputs share a fold, unless they are to be `scattered` as rows usually are.
 */
export async function crossValidate(
  { definition, examples }: Dataset,
  seed: number,
  {
    folds = 5,
    answered = folds,
    scattered = false,
  }: { folds?: number; answered?: number; scattered?: boolean } = {},
): Promise<LabelMetrics | NumberMetrics> {
  const { rows, target, keys } = prepare(definition, examples);
  const label = target.type === 'label' ? target.y : null;
  const inputs = scattered ? keys.map((key, r) => `${r} ${key}`) : keys;
  const { foldOf } = dealInputs(inputs, label, seed, folds);
  const truth = (r: number) =>
    target.type === 'label' ? (target.labels[target.y[r] ?? 0] ?? '') : (target.y[r] ?? 0);
  const answers: (readonly [number, Model])[] = [];
  for (let fold = 0; fold < answered; fold++) {
    const learned: Example[] = [];
    rows.forEach((inputs, r) => {
      if (foldOf[r] !== fold) learned.push({ inputs, target: truth(r) });
    });
    const { artifact } = await train({
      definition,
      revision: 1,
      examples: learned,
      champion: null,
      seed,
      codeVersion: 'measured',
    });
    if (artifact === null) throw new Error('a first model is always written');
    const model = readModel(artifact.bytes);
    foldOf.forEach((own, r) => {
      if (own === fold) answers.push([r, model]);
    });
  }
  return target.type === 'label'
    ? labelMetrics({
        labels: target.labels,
        truth: Int32Array.from(answers, ([r]) => target.y[r] ?? -1),
        probabilities: Float64Array.from(
          answers.flatMap(([r, model]) => {
            if (model.target !== 'label') throw new Error('labels were learned');
            const said = model.probabilities(rows[r] ?? {});
            return target.labels.map((name) => said[model.labels.indexOf(name)] ?? 0);
          }),
        ),
      })
    : numberMetrics({
        truth: answers.map(([r]) => target.y[r] ?? 0),
        predicted: answers.map(([r, model]) => {
          if (model.target !== 'number') throw new Error('numbers were learned');
          return model.value(rows[r] ?? {});
        }),
      });
}
