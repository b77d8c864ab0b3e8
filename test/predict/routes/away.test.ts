import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Spool } from '../../../services/model-store/index.ts';
import { buildApp } from '../../../services/predict/service/app.ts';
import { Champions } from '../../../services/serving/champions.ts';
import { OwnPostgres } from '../../support/own-postgres.ts';
import { until } from '../../support/until.ts';
import {
  type Answered,
  searches,
  startService,
  type TestService,
  trainedSearches,
} from '../support/service.ts';

/** The spool takes a row within the budget on any machine, and the tests wait for the database little longer than in earnest. */
const settings = { databaseTimeout: 1_500, recordingBudget: 2_000 };
let postgres: OwnPostgres;
let service: TestService;
let spool: Spool;

beforeAll(async () => {
  postgres = await OwnPostgres.start();
  service = await startService({ connectionString: postgres.connectionString, ...settings });
  spool = new Spool(service.store);
  await trainedSearches(service);
}, 60_000);
afterAll(async () => {
  await service.stop();
  await postgres.remove();
}, 30_000);

const rows = '/predictors/searches/predictions';
const labora = { query: 'labora' };
const key = (text: string) => ({ 'idempotency-key': text });

async function spooled(): Promise<string[]> {
  const names: string[] = [];
  for await (const name of spool.names()) names.push(name);
  return names;
}

/** Waits until all that was deferred is in the database. */
async function drained(): Promise<void> {
  await until('the spool is empty', async () => (await spooled()).length === 0);
}

async function stored(): Promise<number> {
  return (await service.call('GET', '/predictors/searches')).json.predictions;
}

/** One absence for all tests of a kind, in this order: they share what lies in the spool, and the last one ends it. */
describe.each(['asleep', 'refusing'] as const)('while the database is %s', (how) => {
  const leave = () => (how === 'asleep' ? postgres.sleep() : postgres.refuse());
  const comeBack = () => (how === 'asleep' ? postgres.wake() : postgres.start());
  const thousand = Array.from({ length: 1_000 }, (_, n) => ({ query: `scan ${n}` }));
  const many = (body: object[] = thousand) => service.call('POST', rows, body, key(`many-${how}`));
  const fifty = (body: object = labora) => service.call('POST', rows, body, key(`fifty-${how}`));
  let before: number;
  let first: Answered | undefined;
  let firstOfFifty: Answered | undefined;
  let firstOfMany: Answered | undefined;

  beforeAll(async () => {
    before = await stored();
    await leave();
  });
  afterAll(comeBack);

  test('a row is answered', async () => {
    const answers = [];
    for (let n = 0; n < 2; n++) answers.push(await service.call('POST', rows, labora));
    for (const { status, json } of answers) {
      expect([status, json.recorded]).toEqual([201, 'deferred']);
      expect(Object.keys(json)).toEqual(['id', 'predictor', 'model', 'suggestions', 'recorded']);
    }
    [first] = answers;
    expect(await spooled()).toHaveLength(2);
  });

  test('suggestions are answered, with a key too', async () => {
    const url = '/predictors/searches/suggestions';
    const plain = await service.call('POST', url, labora);
    const keyed = await service.call('POST', url, labora, key(`typed-${how}`));
    expect([keyed.status, keyed.text]).toEqual([200, plain.text]);
  });

  test('fifty requests with one key are one answer and one row of the spool', async () => {
    const together = await Promise.all(Array.from({ length: 50 }, () => fifty()));
    [firstOfFifty] = together;
    for (const { status, text } of together) expect([status, text]).toEqual([201, firstOfFifty?.text]);
    expect(firstOfFifty?.json.recorded).toBe('deferred');
    expect((await fifty({ query: 'scan' })).json.code).toBe('idempotency_key_reused');
    const names = await spooled();
    expect(names).toHaveLength(3);
    expect(names).toContain(firstOfFifty?.json.id);
  });

  test('a predictor that this process never met answers from the store', async () => {
    const champions = new Champions({ store: service.store });
    const app = buildApp({ database: service.database, store: service.store, champions, settings });
    const answer = await app.inject({ method: 'POST', url: rows, payload: labora });
    expect([answer.statusCode, answer.json().recorded]).toEqual([201, 'deferred']);
    const nobody = await app.inject({
      method: 'POST',
      url: '/predictors/nobody/predictions',
      payload: labora,
    });
    expect(nobody.json().code).toBe('predictor_unknown');
    await app.close();
    expect(await spooled()).toHaveLength(4);
  });

  test('other calls are 503, and say when to come back', async () => {
    const names = await spooled();
    const [one = ''] = names;
    const calls: ['GET' | 'PUT' | 'DELETE' | 'POST', string, unknown?][] = [
      ['GET', '/predictors'],
      ['GET', '/predictors/searches/models'],
      ['PUT', '/predictors/searches', searches],
      ['POST', '/predictors/searches/retrainings', {}],
      ['GET', `/predictions/${one}`],
      ['PUT', `/predictions/${one}/label`, { label: 'Laboratory' }],
      ['DELETE', `/predictions/${one}`],
    ];
    const answers = await Promise.all(calls.map(([...call]) => service.call(...call)));
    for (const { status, json, headers } of answers) {
      expect([status, json.code]).toEqual([503, 'database_unavailable']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(await spooled()).toEqual(names);
  });

  test('a refused row with a key is 503, as it may have had an answer', async () => {
    const refused = await service.call('POST', rows, { query: 5 }, key(`refused-${how}`));
    expect([refused.status, refused.json.code]).toEqual([503, 'database_unavailable']);
    const answered = await service.call('POST', rows, labora, key(`known-${how}`));
    const redefined = { ...searches, inputs: { ...searches.inputs, place: { type: 'category' } } };
    expect(answered.status).toBe(201);
    expect((await service.call('POST', rows, redefined, key(`known-${how}`))).json.code).toBe(
      'idempotency_key_reused',
    );
  });

  test('it says that it is ready, and how things are', async () => {
    const { status, json } = await service.call('GET', '/ready');
    expect(status).toBe(200);
    // Its own: what the other process spooled is met when the spool is emptied.
    expect(json).toMatchObject({ status: 'ready', database: 'away', spooled: 4 });
    expect(json.problems[0]).toContain('database does not answer');
    expect((await service.call('GET', '/metrics')).text).toContain('hundredfold_database_away 1\n');
  });

  test('a thousand rows of one call are each answered and kept, once under a key, and another body is refused', async () => {
    const lies = (await spooled()).length;
    const together = await Promise.all([many(), many()]);
    [firstOfMany] = together;
    for (const { status, text } of together) expect([status, text]).toEqual([200, firstOfMany?.text]);
    const answers: { status: number; recorded: string }[] = firstOfMany?.json.answers;
    expect(answers).toHaveLength(1_000);
    expect(answers.every(({ status, recorded }) => status === 201 && recorded === 'deferred')).toBe(true);
    const other = await many(
      [...thousand.slice(1), { query: 'more' }, { query: 'than before' }].slice(0, 1_000),
    );
    expect([other.status, other.json.code]).toEqual([422, 'idempotency_key_reused']);
    // In blocks of 64.
    expect(await spooled()).toHaveLength(lies + 16);
    expect((await service.call('GET', '/ready')).json.spooled).toBeGreaterThanOrEqual(1_000);
    const typed = await service.call('POST', '/predictors/searches/suggestions', thousand.slice(0, 3));
    expect([typed.status, typed.json.answers.length]).toEqual([200, 3]);
  });

  test('and once it is back every row is stored once, each key has its one answer, and nothing is complained of', async () => {
    await comeBack();
    const during = await Promise.all(Array.from({ length: 20 }, () => fifty()));
    await drained();
    expect(await stored()).toBe(before + 5 + 1_000);
    const manyAgain = await many();
    expect(manyAgain.text).toBe(firstOfMany?.text.replaceAll('"deferred"', 'true'));
    expect(manyAgain.headers['idempotency-replayed']).toBe('true');
    const other = await many([{ query: 'x' }, { query: 'y' }]);
    expect([other.status, other.json.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await stored()).toBe(before + 5 + 1_000);
    const kept = await service.call('GET', `/predictions/${first?.json.id}`);
    expect(kept.json).toMatchObject({ suggestions: first?.json.suggestions, inputs: { query: 'labora' } });
    const after = await fifty();
    expect(after.json).toEqual({ ...firstOfFifty?.json, recorded: true });
    expect(after.headers['idempotency-replayed']).toBe('true');
    for (const { json } of during) expect({ ...json, recorded: true }).toEqual(after.json);
    expect((await fifty({ query: 'scan' })).json.code).toBe('idempotency_key_reused');
    let ready: unknown;
    await until('it says that all is well', async () => {
      const { json } = await service.call('GET', '/ready');
      ready = json;
      return json.database === 'answers' && json.spooled === 0;
    });
    expect(ready).toEqual({ status: 'ready', database: 'answers', spooled: 0, aside: 0, problems: [] });
  });
});
