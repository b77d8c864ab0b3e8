import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { type LeakWatch, watchForLeaks } from '../support/leaks.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type StartedProcess, startProcess } from '../support/process.ts';
import { type Run, run } from './support/run.ts';

/** The real server as a process of its own, on a database of its own, from the first definition to the last erasure. */
let leaks: LeakWatch;
let folder: TemporaryFolder;
let database: TestDatabase;
let server: StartedProcess;
let url = '';

beforeAll(async () => {
  leaks = await watchForLeaks();
  [folder, database] = await Promise.all([temporaryFolder(), createTestDatabase()]);
  rows = path.join(folder.path, 'rows.csv');
  const lines = (await readFile(`${services}/rows.csv`, 'utf8')).trim().split('\n');
  await writeFile(rows, lines.filter((_, n) => n % 3 === 0).join('\n'));
  server = startProcess({
    command: process.execPath,
    args: ['services/local/server.ts', '--port', '0', '--data', path.join(folder.path, 'data'), '--empty'],
    env: { HUNDREDFOLD_DATABASE_URL: database.connectionString, NODE_OPTIONS: undefined },
  });
  url = (await server.waitForLine(/ready on (http:\S+)/))[1] ?? '';
});

afterAll(async () => {
  server.signal('SIGTERM');
  await server.exited;
  await database.drop();
  await folder.remove();
  await leaks.assertNone();
});

function hundredfold(...argv: readonly string[]): Promise<Run> {
  return run({ url }, argv);
}

/** The command must be done, with nothing on standard error but what it warns of. */
async function done(...argv: readonly string[]): Promise<string> {
  const { status, out, err } = await hundredfold(...argv);
  expect({ status, err: err.replace(/^warning: .*\n/gm, '') }).toEqual({ status: 0, err: '' });
  return out;
}

/** Waits for the trainer. On a slow machine it is told meanwhile how far that is, and that is all. */
async function awaited(...argv: readonly string[]): Promise<string> {
  const { status, out, err } = await hundredfold(...argv);
  expect(err).toMatch(/^([^\n]+ … \d+ s\n)*$/);
  expect(status).toBe(0);
  return out;
}

const trained = (predictor: string) => awaited('retrain', predictor, '--wait');

const services = 'examples/services';
/** Every third row of the example. */
let rows = '';

describe('a predictor of labels', () => {
  test('is created, and the same again changes nothing', async () => {
    expect(await done('apply', `${services}/predictor.json`)).toBe('created services, revision 1\n');
    expect(await done('apply', `${services}/predictor.json`)).toBe('unchanged services, revision 1\n');
  });

  test('says what is missing before it can answer', async () => {
    expect(await done('status', 'services')).toContain('none yet: 0 of 10 examples, 0 of 2 labels');
    const { status, err } = await hundredfold('predict', 'services', 'query=dentis');
    expect(status).toBe(1);
    expect(err).toContain('code: predictor_not_trained (HTTP 409)');
  });

  test('imports a file once, however often it is sent', async () => {
    expect(await done('import', 'services', rows, '--no-train')).toBe(
      'imported 166, rejected 0  (services)\n',
    );
    const again = await done('import', 'services', rows, '--no-train');
    expect(again).toContain('imported before: nothing was added now');
    const otherwise = await done('import', 'services', rows);
    expect(otherwise).toContain('`hundredfold retrain services` asks for a training');
    expect(await done('status', 'services')).toContain('166 (166 imported, 0 accepted, 0 corrected)');
  });

  test('names bad rows and does not stop at them', async () => {
    const input = ['query,service,comment\n', 'tooth,Dental care,x\n', 'nothing,,y\n'];
    const { status, out } = await run({ url }, ['import', 'services', '-', '--no-train'], { input });
    expect(status).toBe(0);
    expect(out).toContain('imported 1, rejected 1  (services)\n  line 3: ');
    expect(out).toContain('ignored columns: comment');
  });

  test('is trained when asked, and its verdict is waited for', async () => {
    expect(await trained('services')).toMatch(/^promoted \(model 1\): \S/);
  });

  test('answers, learns what was right, and counts', async () => {
    const suggested = await done('predict', 'services', 'query=dentis', '--suggest');
    expect(suggested).toMatch(/^SUGGESTION +PROBABILITY\nDental care +0\.\d{3} /);
    expect(suggested).toContain('not stored; model 1 of services');
    const predicted: { id: string } = JSON.parse(await done('predict', 'services', 'query=dentis', '--json'));
    expect(await done('label', predicted.id, 'Dental care')).toBe('accepted Dental care (suggestion 1)\n');
    expect(await done('label', predicted.id, 'Something else')).toBe('corrected Something else\n');
    expect(await done('status')).toMatch(/^services +\[-{10}\] 1 of 100 +1 +168 +1 /m);
  });

  test('refuses a row that does not fit, field by field', async () => {
    const { status, err } = await hundredfold('predict', 'services', '--row', '{"query":7,"colour":"red"}');
    expect(status).toBe(1);
    expect(err).toMatch(/^ {2}query: /m);
    expect(err).toMatch(/^ {2}colour: /m);
    expect(err).toContain('code: row_invalid (HTTP 422)');
  });

  test('has models and a report, and promotes the one that is named', async () => {
    expect(await done('models', 'services')).toMatch(/^ +1 {2}champion +\S+ +167 +0\.\d{3} +\d\.\d{3} /m);
    const report = await done('report', 'services');
    expect(report).toMatch(/^accuracy +0\.\d{3} {2}\(0\.\d{3} to 0\.\d{3}, 95 % sure\)/m);
    expect(await done('promote', 'services', '1')).toBe('model 1 serves services\n');
    const { status, err } = await hundredfold('promote', 'services', '99');
    expect(status).toBe(1);
    expect(err).toContain('code: model_unknown (HTTP 404)');
  });

  test('lists what a model learned from, and makes it again byte for byte', async () => {
    const lines = (await done('lineage', 'services', '1')).trimEnd().split('\n');
    expect(lines).toHaveLength(168);
    expect(lines[0]).toMatch(/^ROW +SOURCE +PREDICTION +LEARNED AS +INPUTS$/);
    expect(lines[1]).toMatch(/^167 +imported +– +Dental care +\{"query":"tooth"\}$/);
    expect(await awaited('reproduce', 'services', '1')).toMatch(/^equal: .*\nsha256 +[0-9a-f]{64}\n$/);
  });

  test('is trained by nobody while training is off', async () => {
    expect(await done('training', 'off')).toMatch(/^training is off: /);
    const { status, err } = await hundredfold('retrain', 'services');
    expect([status, err]).toEqual([0, expect.stringContaining('training is off: requests wait')]);
    expect(JSON.parse(await done('training', 'status', '--json'))).toEqual({ enabled: false });
    expect(await done('training', 'on')).toBe('training is on\n');
    await trained('services');
  });

  test('exports what it learned from, as rows that import again', async () => {
    const file = path.join(folder.path, 'all.csv');
    expect(await done('export', 'services', '--out', file)).toContain('wrote 168 rows');
    const written = (await readFile(file, 'utf8')).split('\n');
    expect(written[0]).toBe('query,service');
    expect(written).toContain('dentis,Something else');
    await done('apply', await renamed('copy'));
    expect(await done('import', 'copy', file, '--no-train')).toContain('imported 168, rejected 0');
    const ndjson = await done('export', 'copy', '--format', 'ndjson');
    expect(ndjson.trimEnd().split('\n')).toHaveLength(168);
  });

  test('forgets a prediction that is erased', async () => {
    const predicted: { id: string } = JSON.parse(await done('predict', 'services', 'query=x', '--json'));
    expect(await done('erase', predicted.id)).toBe(`erased ${predicted.id}\n`);
    const { status, err } = await hundredfold('label', predicted.id, 'Dental care');
    expect(status).toBe(1);
    expect(err).toContain('code: prediction_unknown (HTTP 404)');
  });
});

describe('a prediction that a model learned from', () => {
  test('is erased, with the models named that know it; they cannot be made again', async () => {
    const predicted: { id: string } = JSON.parse(await done('predict', 'services', 'query=x', '--json'));
    await done('label', predicted.id, 'Dental care');
    await trained('services');
    const [newest] = JSON.parse(await done('models', 'services', '--json')).models;
    const version = String(newest.model);
    expect(await done('lineage', 'services', version)).toContain(predicted.id);
    expect(await done('erase', predicted.id)).toContain(`Model ${version} learned from it and is flagged.`);
    const lineage = await done('lineage', 'services', version);
    expect(lineage).not.toContain(predicted.id);
    expect(lineage).toMatch(/^ *\d+ +erased +–/m);
    const { status, out } = await hundredfold('reproduce', 'services', version);
    expect([status, out]).toEqual([1, expect.stringMatching(/^not tried: .*1 of the \d+ rows/)]);
  });
});

describe('a predictor of numbers', () => {
  test('answers with an interval, and takes numbers as labels', async () => {
    await done('apply', 'examples/house-prices/predictor.json');
    await done('import', 'house-prices', 'examples/house-prices/rows.csv', '--no-train');
    await trained('house-prices');
    const row = ['area=105', 'district=Hillside', 'balcony=yes', 'built=1985-09-01'];
    expect(await done('predict', 'house-prices', ...row)).toMatch(
      /^[\d.]+ {2}\(90 % between [\d.]+ and [\d.]+\)\nstored as \S+; model 1 of house-prices\n$/,
    );
    const answer: { id: string } = JSON.parse(await done('predict', 'house-prices', ...row, '--json'));
    expect(await done('label', answer.id, '412.5')).toBe('corrected 412.5\n');
    expect(await done('report', 'house-prices')).toMatch(/^mae +[\d.]+ {2}\([\d.]+ to [\d.]+, 95 % sure\)/m);
    expect(await done('export', 'house-prices')).toContain('Hillside');
  });
});

/** The example's definition under another name, in a file. */
async function renamed(name: string): Promise<string> {
  const definition: object = JSON.parse(await readFile(`${services}/predictor.json`, 'utf8'));
  const file = path.join(folder.path, `${name}.json`);
  await writeFile(file, JSON.stringify({ ...definition, name }));
  return file;
}
