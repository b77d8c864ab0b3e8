import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { describeWhere, testData } from '../support/requirement.ts';
import { type Body, type StartedProgram, startProgram } from '../support/started-program.ts';

const data = testData();
let folder: TemporaryFolder;
let program: StartedProgram;

async function rowsOf(file: string): Promise<Record<string, string>[]> {
  return parse(await readFile(path.join(data.folder, file), 'utf8'), { columns: true });
}

function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
}

async function trained(
  name: string,
  inputs: object,
  target: object,
  body: string,
  seconds: number,
): Promise<Body> {
  expect((await program.put(`/predictors/${name}`, { name, inputs, target })).status).toBe(201);
  const imported = await program.importCsv(name, body);
  expect(imported.body).toMatchObject({ rejectedTotal: 0 });
  const settled = await program.settled(name, seconds * 1000);
  expect(settled).toMatchObject({ champion: { model: 1 }, examples: { imported: imported.body.imported } });
  const { body: listed } = await program.get(`/predictors/${name}/models/1`);
  return listed;
}

/** How often the first suggestion, and any of the three, is right. */
async function answers(name: string, rows: readonly { row: object; label: string }[]) {
  let [first, three] = [0, 0];
  for (const { row, label } of rows) {
    const { body } = await program.post(`/predictors/${name}/suggestions`, row);
    const labels = (body.suggestions as { label: string }[]).map((suggestion) => suggestion.label);
    if (labels[0] === label) first += 1;
    if (labels.includes(label)) three += 1;
  }
  return { accuracy: first / rows.length, top3: three / rows.length };
}

/** The largest: real-data.long.test.ts. */
describeWhere(data, 'real rows, over HTTP', () => {
  beforeAll(async () => {
    folder = await temporaryFolder();
    program = await startProgram(folder.path);
  }, 60_000);
  afterAll(async () => {
    program.process.signal('SIGTERM');
    await program.process.exited;
    await program.process.assertClean();
    await folder.remove();
  });

  test('searches for health services: 91 % of unseen ones right at once, 96.5 % among three; the loop closes', async () => {
    const learned = await readFile(path.join(data.folder, 'completions/train_text.csv'), 'utf8');
    const inputs = { query: { type: 'text', maxLength: 255 } };
    await trained('completions', inputs, { name: 'completion', type: 'label' }, learned, 60);
    const unseen = (await rowsOf('completions/test_text.csv')).map((row) => ({
      row: { query: row.query ?? '' },
      label: row.completion ?? '',
    }));
    const { accuracy, top3 } = await answers('completions', unseen);
    expect(accuracy).toBeGreaterThanOrEqual(0.91);
    expect(top3).toBeGreaterThanOrEqual(0.965);

    for (const { row, label } of unseen) {
      const { body } = await program.post('/predictors/completions/predictions', row);
      await program.put(`/predictions/${body.id}/label`, { label });
    }
    const settled = await program.settled('completions', 60_000);
    expect(settled).toMatchObject({
      counter: { newRows: 32 },
      lastRetraining: { trigger: 'count', status: 'finished' },
    });
    expect(['promoted', 'kept', 'undecided']).toContain(
      (settled.lastRetraining as { verdict: string }).verdict,
    );
  }, 150_000);

  test('passengers, some without an age: mixed inputs, and metrics that agree with the answers', async () => {
    const rows = await rowsOf('titanic/titanic.csv');
    const inputs = {
      Pclass: { type: 'category' },
      Sex: { type: 'category' },
      Age: { type: 'number', optional: true },
      SibSp: { type: 'number' },
      Parch: { type: 'number' },
      Fare: { type: 'number' },
      Embarked: { type: 'category', optional: true },
    };
    const columns = [...Object.keys(inputs), 'Survived'];
    const [learned, held] = [rows.slice(0, 600), rows.slice(600)];
    const body = csv([columns, ...learned.map((row) => columns.map((column) => row[column] ?? ''))]);
    const model = await trained('titanic', inputs, { name: 'Survived', type: 'label' }, body, 60);
    const numbers = ['Age', 'SibSp', 'Parch', 'Fare'];
    const asked = held.map((row) => ({
      row: Object.fromEntries(
        Object.keys(inputs)
          .filter((column) => row[column] !== '')
          .map((column) => [column, numbers.includes(column) ? Number(row[column]) : row[column]]),
      ),
      label: row.Survived ?? '',
    }));
    const { accuracy } = await answers('titanic', asked);
    const metrics = model.metrics as { accuracy: number; rows: number };
    expect(metrics.rows).toBe(600);
    // Two samples of one accuracy near 0.8: their difference stays within three standard errors.
    expect(Math.abs(accuracy - metrics.accuracy)).toBeLessThan(3 * Math.sqrt(0.16 * (1 / 600 + 1 / 291)));
    expect(accuracy).toBeGreaterThan(0.72);
  }, 90_000);

  test('the age of abalones: a number with an interval that holds the share it says', async () => {
    const text = await readFile(path.join(data.folder, 'small/abalone.csv'), 'utf8');
    const rows = text
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const names = ['sex', 'length', 'diameter', 'height', 'whole', 'shucked', 'viscera', 'shell'];
    const inputs = Object.fromEntries(
      names.map((name) => [name, { type: name === 'sex' ? 'category' : 'number' }]),
    );
    const learned = csv([[...names, 'rings'], ...rows.slice(0, 3_500)]);
    const model = await trained('abalone', inputs, { name: 'rings', type: 'number' }, learned, 90);
    expect((model.metrics as { r2: number }).r2).toBeGreaterThan(0.45);
    let [held, error] = [0, 0];
    const asked = rows.slice(3_500);
    for (const cells of asked) {
      const row = Object.fromEntries(names.map((name, n) => [name, n === 0 ? cells[n] : Number(cells[n])]));
      const { body } = await program.post('/predictors/abalone/suggestions', row);
      const { low, high, coverage } = body.interval as { low: number; high: number; coverage: number };
      expect(coverage).toBe(0.9);
      const truth = Number(cells.at(-1));
      if (low <= truth && truth <= high) held += 1;
      error += Math.abs((body.value as number) - truth);
    }
    expect(held / asked.length).toBeGreaterThan(0.86);
    expect(error / asked.length).toBeLessThan(1.3 * (model.metrics as { mae: number }).mae);
  }, 120_000);
});
