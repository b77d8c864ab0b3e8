import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { searches, startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const put = (name: string, body: unknown) => service.call('PUT', `/predictors/${name}`, body);

describe('a definition', () => {
  test('is 201 when new and 200 after; only a change makes a revision', async () => {
    const first = await put('searches', searches);
    expect(first.status).toBe(201);
    expect(first.json).toMatchObject({
      name: 'searches',
      revision: 1,
      definition: { ...searches, suggestions: 3, retraining: { every: 100, of: 'predictions' } },
      counter: { newRows: 0, every: 100 },
      examples: { imported: 0, accepted: 0, corrected: 0 },
      predictions: 0,
      champion: null,
      lastRetraining: null,
      missing: { examples: { needed: 10, present: 0 }, labels: { needed: 2, present: 0 } },
      warnings: [],
      changed: true,
    });
    expect(await put('searches', searches)).toMatchObject({
      status: 200,
      json: { revision: 1, changed: false },
    });
    expect(await put('searches', { ...searches, suggestions: 5 })).toMatchObject({
      status: 200,
      json: { revision: 2, changed: true },
    });
  });

  test('that does not fit is 422 naming each key', async () => {
    const { status, json } = await put('other', { ...searches, colour: 'red', retraining: { every: 0 } });
    expect([status, json.code]).toEqual([422, 'definition_invalid']);
    expect(json.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'colour',
      'name',
      'retraining.every',
    ]);
  });

  test('that could be stored and never be read again over the Data API is 422', async () => {
    const inputs = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`${'i'.repeat(55)} ${index}`, { type: 'text' }]),
      );
    const sized = (count: number) => put('sized', { ...searches, name: 'sized', inputs: inputs(count) });
    expect(await sized(700)).toMatchObject({ status: 422, json: { code: 'definition_too_large' } });
    expect(await sized(300)).toMatchObject({ status: 201 });
  });

  test.each([
    ['nothing', /^There is no predictor "nothing": GET \/predictors lists those that there are\.$/],
    ['Searches', /lists those that there are\. A name has lower-case letters, digits and hyphens/],
    ['%20', /^The path names no predictor/],
  ])('that is not there is said plainly: %s', async (name, detail) => {
    const { status, json } = await service.call('GET', `/predictors/${name}`);
    expect([status, json]).toEqual([404, expect.objectContaining({ detail: expect.stringMatching(detail) })]);
  });

  test('with two inputs of one name is 422', async () => {
    const text = JSON.stringify(searches).replace('"age":', '"query":');
    const { status, json } = await put('searches', text);
    expect([status, json.errors[0].field]).toEqual([422, 'inputs.query']);
  });

  test.each([['{"name":'], [''], ['query']])('%j is 400', async (text) => {
    expect(await put('searches', text)).toMatchObject({ status: 400, json: { code: 'body_not_json' } });
  });

  describe('that changes what examples have to hold', () => {
    const definition = { name: 'w1', inputs: { t: { type: 'text' } }, target: { name: 'y', type: 'label' } };
    const renamed = (name: string, input: object, changes: object = {}) =>
      put('w1', { ...definition, inputs: { [name]: { type: 'text', ...input } }, ...changes });

    beforeAll(async () => {
      await put('w1', definition);
      const rows = Array.from({ length: 60 }, (_, n) => ({ t: `text ${n}`, y: n % 2 === 0 ? 'A' : 'B' }));
      await service.call('POST', '/predictors/w1/examples?train=false', rows);
    });

    test('says at once how many examples do not fit, and why, and is trained on none of them', async () => {
      const { status, json } = await renamed('subject', {});
      const unfit = {
        examples: 60,
        reasons: [{ input: 'subject', reason: 'is missing', examples: 60 }],
      };
      const missing = { examples: { needed: 10, present: 0 }, labels: { needed: 2, present: 0 } };
      const warnings = [
        {
          code: 'unfit_examples',
          detail:
            '60 stored examples do not fit the definition, and nothing is learned from them: subject is missing (60). Where a column was renamed, "was" in it, with its old name, keeps its examples.',
          columns: ['subject'],
          rows: 60,
        },
      ];
      expect([status, json]).toEqual([200, expect.objectContaining({ missing, unfit, warnings })]);
      expect((await service.call('GET', '/predictors/w1')).json).toMatchObject({ missing, unfit, warnings });
      expect(json.lastRetraining).toBeNull();
      const answer = await service.call('POST', '/predictors/w1/suggestions', { subject: 'x' });
      expect(answer.json.detail).toContain(
        'needs 10 examples, has 0, and needs 2 different labels, has 0 (60 more do not fit the definition: subject is missing (60)).',
      );
    });

    test('keeps them where it says what an input and the target were; the same again changes nothing', async () => {
      const target = { name: 'team', type: 'label', was: 'y' };
      const { json } = await renamed('subject', { was: 't' }, { target });
      expect(json).toMatchObject({ revision: 3, missing: {}, unfit: { examples: 0 }, warnings: [] });
      expect(json.lastRetraining).toMatchObject({ trigger: 'first' });
      expect((await renamed('subject', { was: 't' }, { target })).json.revision).toBe(3);
      await service.train('w1');
      const answer = await service.call('POST', '/predictors/w1/predictions', { subject: 'text 4' });
      expect(answer.status).toBe(201);
      const exported = await service.call('GET', '/predictors/w1/examples?limit=1');
      expect(exported.json.examples[0].inputs).toEqual({ subject: 'text 59' });
      await renamed('title', { was: 'subject' }, { target });
      expect((await service.call('GET', `/predictions/${answer.json.id}`)).json.inputs).toEqual({
        title: 'text 4',
      });
    });

    test('is refused where nothing could come of a rename', async () => {
      const target = { name: 'team', type: 'label' };
      const errorOf = async (sent: ReturnType<typeof put>) => {
        const { status, json } = await sent;
        return [status, json.errors?.[0]];
      };
      expect(await errorOf(renamed('subject', { was: 'nothing' }, { target }))).toEqual([
        422,
        {
          field: 'inputs.subject.was',
          message: expect.stringContaining('ever had (there is "subject", "t", "title")'),
        },
      ]);
      expect(await errorOf(renamed('title', {}, { target: { ...target, was: 'nobody' } }))).toEqual([
        422,
        { field: 'target.was', message: expect.stringContaining('(there is "team", "y")') },
      ]);
      const number = { name: 'score', type: 'number', was: 'team' };
      expect(await errorOf(renamed('title', {}, { target: number }))).toEqual([
        422,
        { field: 'target.was', message: expect.stringContaining('another question') },
      ]);
      await put('w1', {
        ...definition,
        inputs: { title: { type: 'text' }, place: { type: 'text' } },
        target,
      });
      expect(await errorOf(renamed('title', { was: 'place' }, { target }))).toEqual([
        422,
        { field: 'inputs.title.was', message: expect.stringContaining('rows have both') },
      ]);
    });

    test('may say what it was in a place where it is new', async () => {
      const fresh = { ...definition, name: 'w2', inputs: { title: { type: 'text', was: 't' } } };
      expect((await put('w2', fresh)).status).toBe(201);
      expect((await put('w2', { ...fresh, suggestions: 2 })).status).toBe(200);
    });
  });

  test('that learns from its own guesses is taken with a warning', async () => {
    const { json } = await put('guesses', {
      ...searches,
      name: 'guesses',
      learnFrom: ['imported', 'predicted'],
    });
    expect(json.warnings).toEqual([
      {
        code: 'learns_from_guesses',
        detail: expect.stringContaining('own guesses'),
        columns: [],
        rows: 0,
      },
    ]);
    expect((await service.call('GET', '/predictors/guesses')).json.warnings).toEqual(json.warnings);
  });

  test('may hold inputs named as a team names its columns', async () => {
    const inputs = { toString: { type: 'text' }, 'e-mail; drop table': { type: 'text', optional: true } };
    expect((await put('odd', { ...searches, name: 'odd', inputs })).status).toBe(201);
  });
});

describe('the list of predictors', () => {
  test('is paged by name', async () => {
    const names: string[] = [];
    let url: string | null = '/predictors?limit=2';
    while (url !== null) {
      const { json } = await service.call('GET', url);
      expect(json.predictors.length).toBeLessThanOrEqual(2);
      names.push(...json.predictors.map(({ name }: { name: string }) => name));
      url = json.next === null ? null : `/predictors?limit=2&cursor=${json.next}`;
    }
    expect(names).toEqual(['guesses', 'odd', 'searches', 'sized', 'w1', 'w2']);
  });

  test.each(['limit=0', 'limit=201', 'limit=1.5', 'limit=x', 'limit=1&limit=2', 'cursor=%00', 'cursor='])(
    '?%s is 422',
    async (query) => {
      const { status, json } = await service.call('GET', `/predictors?${query}`);
      expect([status, json.code]).toEqual([422, 'query_invalid']);
    },
  );

  test('of anything else has numbers as cursors', async () => {
    for (const list of ['examples', 'retrainings', 'models']) {
      const { status, json } = await service.call('GET', `/predictors/searches/${list}`);
      expect([status, json]).toEqual([200, { [list]: [], next: null }]);
      expect((await service.call('GET', `/predictors/searches/${list}?cursor=abc`)).json.code).toBe(
        'query_invalid',
      );
      expect((await service.call('GET', `/predictors/nobody/${list}`)).json.code).toBe('predictor_unknown');
    }
  });
});

test('an unknown predictor is 404', async () => {
  expect((await service.call('GET', '/predictors/nobody')).json.code).toBe('predictor_unknown');
});
