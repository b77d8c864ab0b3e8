import { spawnSync } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { LEARNERS } from '../../services/ml/learners/learners.ts';
import type { Setting } from '../../services/ml/learners/settings.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ROOT } from './pages.ts';

test('docs/reference/learners.md lists every learner with its settings, and no other', async () => {
  const page = await readFile(path.join(ROOT, 'docs/reference/learners.md'), 'utf8');
  expect(page.slice(page.indexOf('## '))).toBe(LEARNERS.map(section).join('\n'));
});

function section({ name, meaning, settings, label, number }: (typeof LEARNERS)[number]): string {
  const kinds = [...(label === null ? [] : ['labels']), ...(number === null ? [] : ['numbers'])].join(
    ' and ',
  );
  const rows = Object.entries(settings).map(
    ([key, setting]) =>
      `| \`${key}\` | ${rangeOf(setting)} | \`${setting.default}\` | ${setting.meaning} |\n`,
  );
  const head = '\n| setting | values | default | meaning |\n| --- | --- | --- | --- |\n';
  return `## \`${name}\`\n\nLearns ${kinds}. ${meaning}\n${rows.length === 0 ? '' : head}${rows.join('')}`;
}

function rangeOf(setting: Setting): string {
  if (setting.type === 'choice') return setting.of.map((value) => `\`${value}\``).join(', ');
  return `${setting.type === 'integer' ? 'whole, ' : ''}${setting.low} to ${setting.high}`;
}

const NEAREST = `
import { checkLabels, checkRow, checkRows } from './check.ts';
import { defineLearner, doubles, type FittedLabels } from './learner.ts';

export const nearest = defineLearner({
  name: 'nearest',
  meaning: 'The label of the nearest row (Cover & Hart 1967).',
  settings: { surety: { type: 'number', low: 1, high: 20, default: 5, meaning: 'The score of the label found.' } },
  label: {
    candidates: () => [{ surety: 4 }],
    async fit({ x, y, labels }, { surety }) {
      checkRows(x, y.length);
      checkLabels(y, labels);
      const rows = new Float64Array(x.rows * x.columns);
      for (let r = 0; r < x.rows; r++) {
        for (let i = x.start[r] ?? 0; i < (x.start[r + 1] ?? 0); i++) {
          rows[r * x.columns + (x.index[i] ?? 0)] = x.value[i] ?? 0;
        }
      }
      return fitted({ rows, truth: Float64Array.from(y), surety, width: x.columns, labels });
    },
    restore(tensors, width, labels) {
      const count = tensors.truth?.data.length ?? 0;
      const [surety = 0] = doubles(tensors, 'surety', 1);
      const truth = doubles(tensors, 'truth', count);
      return fitted({ rows: doubles(tensors, 'rows', count * width), truth, surety, width, labels });
    },
  },
});

interface Known {
  readonly rows: Float64Array;
  readonly truth: Float64Array;
  readonly surety: number;
  readonly width: number;
  readonly labels: number;
}

function fitted({ rows, truth, surety, width, labels }: Known): FittedLabels {
  return {
    target: 'label',
    width,
    labels,
    scores(row, out) {
      checkRow(row, width);
      const dense = new Float64Array(width);
      for (let i = 0; i < row.length; i++) dense[row.index[i] ?? 0] = row.value[i] ?? 0;
      let [best, least] = [0, Number.POSITIVE_INFINITY];
      truth.forEach((label, r) => {
        const distance = dense.reduce((sum, v, c) => sum + (v - (rows[r * width + c] ?? 0)) ** 2, 0);
        if (distance < least) [best, least] = [label, distance];
      });
      out.fill(0);
      out[best] = surety;
    },
    save: () => ({
      facts: { name: 'nearest', width },
      tensors: {
        rows: { dtype: 'F64', shape: [truth.length, width], data: rows },
        truth: { dtype: 'F64', shape: [truth.length], data: truth },
        surety: { dtype: 'F64', shape: [1], data: Float64Array.of(surety) },
      },
    }),
  };
}
`;

/** A board of squares in two colours: no line tells them apart, the nearest square does. */
const TRAINED = `
import { readModel, train } from './services/ml/index.ts';
import { parseDefinition } from './services/ml/predictor/parse-definition.ts';

const definition = parseDefinition({
  name: 'board',
  inputs: { across: { type: 'number' }, up: { type: 'number' } },
  target: { name: 'colour', type: 'label' },
});
const examples = Array.from({ length: 200 }, (_, n) => {
  const [across, up] = [(n % 4) + (n % 7) / 20, (Math.floor(n / 4) % 4) + (n % 11) / 30];
  const isLight = (Math.floor(across) + Math.floor(up)) % 2 === 0;
  return { inputs: { across, up }, target: isLight ? 'light' : 'dark' };
});
const { artifact } = await train({ definition, revision: 1, examples, champion: null, seed: 1, codeVersion: '1' });
if (artifact === null) throw new Error('nothing was written');
const model = readModel(artifact.bytes);
const answer = model.answer({ across: 2.1, up: 3.1 });
process.stdout.write(JSON.stringify({ recipe: model.head.recipe, answer }));
`;

test('a learner is its own file and a line of the list: it is tried, chosen, published, read back and answers', async () => {
  const folder = await temporaryFolder();
  const file = (name: string) => path.join(folder.path, name);
  await cp(path.join(ROOT, 'services/ml'), file('services/ml'), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json']) await cp(path.join(ROOT, name), file(name));
  await symlink(path.join(ROOT, 'node_modules'), file('node_modules'));
  await writeFile(file('services/ml/learners/nearest.ts'), NEAREST);
  const list = await readFile(file('services/ml/learners/learners.ts'), 'utf8');
  await writeFile(
    file('services/ml/learners/learners.ts'),
    `import { nearest } from './nearest.ts';\n${list.replace('LEARNERS = [', 'LEARNERS = [nearest, ')}`,
  );
  await writeFile(file('board.ts'), TRAINED);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, args, { cwd: folder.path, encoding: 'utf8' });
  const types = run('node_modules/typescript/bin/tsc', '--noEmit');
  expect(types.stdout + types.stderr).toBe('');
  const { stdout, stderr } = run('board.ts');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    recipe: { learner: 'nearest', settings: { surety: 4 } },
    answer: { suggestions: [{ label: 'dark' }, { label: 'light' }] },
  });
  await folder.remove();
}, 60_000);
