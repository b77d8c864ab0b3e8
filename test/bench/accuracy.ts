// How well first models answer rows that they were not trained on, settings chosen within the training rows.
// node test/bench/accuracy.ts DATA_FOLDER [NAME…] [--repeats 10] [--scattered]
import { parseArgs } from 'node:util';
import { crossValidate } from '../ml/accuracy/cross-validate.ts';
import { type DatasetName, datasets } from '../ml/accuracy/datasets.ts';

const { values, positionals } = parseArgs({
  options: { repeats: { type: 'string', default: '1' }, scattered: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [folder = process.env.HUNDREDFOLD_TEST_DATA, ...wanted] = positionals;
if (folder === undefined) throw new Error('name the folder of data sets, or set HUNDREDFOLD_TEST_DATA');

const isName = (name: string): name is DatasetName => Object.hasOwn(datasets, name);
const names = wanted.length > 0 ? wanted.filter(isName) : Object.keys(datasets).filter(isName);
for (const name of names) {
  const dataset = datasets[name](folder);
  const began = performance.now();
  const rounds: Record<string, number>[] = [];
  for (let seed = 1; seed <= Number(values.repeats); seed++) {
    const { intervals: _, ...figures } = await crossValidate(dataset, seed, { scattered: values.scattered });
    rounds.push(figures);
  }
  const seconds = (performance.now() - began) / 1000;
  const first = rounds[0] ?? {};
  const means = Object.keys(first).map((figure) => {
    const own = rounds.map((round) => round[figure] ?? Number.NaN);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const spread = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length);
    return `${figure} ${mean.toFixed(4)} ± ${spread.toFixed(4)}`;
  });
  process.stdout.write(`${name}, ${rounds.length} × 5 folds, ${seconds.toFixed(1)} s: ${means.join(', ')}\n`);
}
