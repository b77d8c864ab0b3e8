import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPointer, Spool, writePointer } from '../../../services/model-store/index.ts';
import { newPredictionId } from '../../../services/recording/prediction-id.ts';
import { prune, retrain } from '../../../services/train/index.ts';
import { finishRemovals } from '../../../services/upkeep/finish-removals.ts';
import { alignPointers } from '../../../services/upkeep/steps.ts';
import { searches, startService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const CSV = `query,service\n${Array.from({ length: 40 }, (_, n) => `${n % 2 ? 'tooth' : 'blood'} ${n},${n % 2 ? 'Dental' : 'Lab'}\n`).join('')}`;
const keyOf = (csv: string) => createHash('sha256').update(csv).digest('hex');

const apply = (name: string) =>
  service.call('PUT', `/predictors/${name}`, { ...searches, name, inputs: { query: { type: 'text' } } });
const send = (name: string, csv: string, query = '', headers: Record<string, string> = {}) =>
  service.call('POST', `/predictors/${name}/examples${query}`, csv, {
    'content-type': 'text/csv',
    'idempotency-key': keyOf(csv),
    ...headers,
  });
const remove = (path: string) => service.call('DELETE', path);
const list = async (name: string) => (await service.call('GET', `/predictors/${name}/imports`)).json;

async function trained(name: string): Promise<void> {
  await apply(name);
  await send(name, CSV);
  await service.train(name);
}

describe('an import', () => {
  test('is listed under its answer’s number, with the name of its file alone', async () => {
    await apply('names');
    const { json } = await send('names', CSV, `?file=${encodeURIComponent('/home/ann/secret/rows 1.csv')}`);
    expect(await list('names')).toEqual({
      imports: [
        {
          id: json.import,
          file: 'rows 1.csv',
          rows: 40,
          rejected: 0,
          at: expect.stringMatching(/^2\d{3}-.*Z$|^2\d{3}-/),
          by: null,
          erased: 0,
          undoing: false,
        },
      ],
      next: null,
    });
  });

  test.each([
    ['C:\\Users\\ann\\rows.csv', 'rows.csv'],
    ['rows\u202E\u0007\n.csv', 'rows.csv'],
    ['folder/', null],
    ['  ', null],
    ['r'.repeat(300), 'r'.repeat(255)],
  ])('of the file %j is shown as one of %j', async (file, shown) => {
    await apply('shown');
    const csv = `query,service\n${randomUUID()},Lab\n`;
    await send('shown', csv, `?file=${encodeURIComponent(file)}`);
    expect((await list('shown')).imports[0].file).toBe(shown);
  });

  test('that is undone is imported again by the same file, in one body or in parts', async () => {
    await apply('again');
    const first = (await send('again', CSV)).json.import;
    expect((await send('again', CSV)).headers['idempotency-replayed']).toBe('true');
    const { status, json } = await remove(`/predictors/again/imports/${first}`);
    expect([status, json]).toEqual([200, { id: first, undone: true, rows: 40, flaggedModels: [] }]);
    expect((await remove(`/predictors/again/imports/${first}`)).json.code).toBe('import_unknown');

    const part = () => send('again', CSV, '?part=1&parts=1', { 'idempotency-key': `${keyOf(CSV)}:1` });
    const close = () => send('again', CSV, '?parts=1');
    expect((await part()).json.staged).toBe(40);
    const second = await close();
    expect(second.json.imported).toBe(40);
    // The import was closed, so that no part of it is needed any more; once it is undone all of them are.
    expect((await part()).json.staged).toBe(0);
    await remove(`/predictors/again/imports/${second.json.import}`);
    expect((await close()).json.code).toBe('import_incomplete');
    expect((await part()).json.staged).toBe(40);
    expect((await close()).json.imported).toBe(40);
    expect((await list('again')).imports).toHaveLength(1);
  });

  test('of the rows of another, in whatever form and order they come, says which that was', async () => {
    const inputs = { query: { type: 'text' }, age: { type: 'number', optional: true }, on: { type: 'date' } };
    await service.call('PUT', '/predictors/dress', { ...searches, name: 'dress', inputs });
    const rows = Array.from({ length: 40 }, (_, n) => ({
      query: `tooth ${n % 30}`,
      age: n % 3 === 0 ? null : n / 2,
      on: `2026-02-${10 + (n % 10)}`,
      service: n % 2 ? 'Dental' : 'Lab',
    }));
    const csv = (separator: string, shown = rows) =>
      [
        'query,age,on,service',
        ...shown.map(({ query, age, on, service: s }) => [query, age ?? '', on, s].join(',')),
      ]
        .join('\n')
        .replaceAll(',', separator);
    const of = async (body: string | Buffer, type: string, query = '') => {
      const headers = { 'content-type': type };
      const { json } = await service.call('POST', `/predictors/dress/examples${query}`, body, headers);
      const told = json.warnings.find(({ code }: { code: string }) => code === 'imported_before');
      return { id: json.import, imported: json.imported, told: told?.detail ?? null };
    };
    const first = await of(csv(','), 'text/csv', '?file=rows.csv');
    expect(first).toMatchObject({ imported: 40, told: null });
    const second = await of(csv(';'), 'text/csv', '?separator=%3B');
    expect(second.told).toBe(
      `All 40 rows are equal to those of import ${first.id} ("rows.csv"), inputs and target: was the same file imported in another form? Undo one of the two, unless the rows did come twice.`,
    );
    const packed = await of(gzipSync(csv(',')), 'text/csv');
    expect(packed.told).toContain(`import ${second.id},`);
    const lines = rows.toReversed().map((row) => JSON.stringify(row));
    expect((await of(lines.join('\n'), 'application/x-ndjson')).told).toContain(`import ${packed.id},`);
    const part = { 'content-type': 'text/csv', 'idempotency-key': 'dress:1' };
    await service.call('POST', '/predictors/dress/examples?part=1&parts=1', csv(','), part);
    const closing = { ...part, 'idempotency-key': 'dress' };
    const { json } = await service.call('POST', '/predictors/dress/examples?parts=1', '', closing);
    expect(json.warnings).toContainEqual(expect.objectContaining({ code: 'imported_before', rows: 40 }));

    // One more row, another target, or few rows: nothing to be told.
    const other = rows.map((row, n) => (n === 7 ? { ...row, service: 'Lab' } : row));
    expect((await of(csv(',', other), 'text/csv')).told).toBeNull();
    expect((await of(csv(',', [...rows, ...rows.slice(0, 1)]), 'text/csv')).told).toBeNull();
    for (const told of [null, null]) {
      expect((await of(csv(',', rows.slice(0, 19)), 'text/csv')).told).toBe(told);
    }
  });

  test('that was undone, or lost a row, is none that another is equal to', async () => {
    await apply('no-more');
    const { json } = await send('no-more', CSV);
    const again = async () => (await send('no-more', CSV, '', { 'idempotency-key': randomUUID() })).json;
    await remove(`/predictors/no-more/imports/${json.import}`);
    const second = await again();
    const codes = ({ warnings }: { warnings: { code: string }[] }) => warnings.map(({ code }) => code);
    expect(codes(second)).not.toContain('imported_before');
    const { examples } = (await service.call('GET', '/predictors/no-more/examples?limit=1')).json;
    await remove(`/predictors/no-more/examples/${examples[0].id}`);
    const third = await again();
    expect(codes(third)).not.toContain('imported_before');
    expect(codes(await again())).toContain('imported_before');
  });

  test('in parts that is undone between two of its parts asks for those that are missing', async () => {
    await apply('between');
    const [one, two] = ['query,service\nlab 1,Lab\n', 'query,service\ntooth 1,Dental\n'];
    const key = keyOf(one + two);
    const call = (body: string, query: string, suffix = '') =>
      send('between', body, query, { 'idempotency-key': `${key}${suffix}` });
    const all = async () => {
      await call(one, '?part=1&parts=2', ':1');
      await call(two, '?part=2&parts=2&before=1', ':2');
      return call('', '?parts=2');
    };
    const { import: id } = (await all()).json;
    expect((await call(one, '?part=1&parts=2', ':1')).json.staged).toBe(0);
    await remove(`/predictors/between/imports/${id}`);
    expect((await call(two, '?part=2&parts=2&before=1', ':2')).json.staged).toBe(1);
    const closed = await call('', '?parts=2');
    expect([closed.json.code, closed.json.errors]).toEqual([
      'import_incomplete',
      [expect.objectContaining({ field: '1' })],
    ]);
    expect((await all()).json.imported).toBe(2);
  });

  test('that does not exist, by whatever number, is 404', async () => {
    await apply('none');
    for (const id of ['1234567', '0', 'x', '1e3', '9'.repeat(40)]) {
      const { status, json } = await remove(`/predictors/none/imports/${id}`);
      expect([status, json.code]).toEqual([404, 'import_unknown']);
    }
    expect((await remove('/predictors/nobody/imports/1')).json.code).toBe('predictor_unknown');
    expect((await service.call('GET', '/predictors/nobody/imports')).json.code).toBe('predictor_unknown');
  });

  test('whose rows a training reads at that moment flags the model that comes of it', async () => {
    await trained('under-way');
    const bad = `query,service\n${Array.from({ length: 40 }, (_, n) => `tooth ${n}x,Lab\n`).join('')}`;
    const { import: id } = (await send('under-way', bad)).json;
    await service.call('POST', '/predictors/under-way/retrainings');
    let undone: Awaited<ReturnType<typeof remove>> | null = null;
    await retrain('under-way', {
      database: service.database,
      store: service.store,
      codeVersion: 'test',
      pause: async () => {
        undone ??= await remove(`/predictors/under-way/imports/${id}`);
      },
    });
    expect(undone).toMatchObject({ status: 200, json: { undone: true, rows: 40 } });
    const { json } = await service.call('GET', '/predictors/under-way/models/2');
    expect(json).toMatchObject({ learnedFromErased: true, erased: 40 });
  });
});

describe('an imported row', () => {
  test('is found, erased, and gone', async () => {
    await trained('rows');
    const { json } = await service.call('GET', '/predictors/rows/examples?q=tooth%2013&label=Dental');
    expect(json.examples).toHaveLength(1);
    const [{ id }] = json.examples;
    const erased = await remove(`/predictors/rows/examples/${id}`);
    expect([erased.status, erased.json]).toEqual([200, { id, erased: true, flaggedModels: [1] }]);
    expect((await remove(`/predictors/rows/examples/${id}`)).json.code).toBe('example_unknown');
    expect((await remove('/predictors/rows/examples/x')).json.code).toBe('example_unknown');
    const { json: lineage } = await service.call('GET', '/predictors/rows/models/1/examples');
    expect(lineage.examples.filter(({ erased }: { erased: boolean }) => erased)).toEqual([
      { row: id, erased: true },
    ]);
  });

  test('of a labelled prediction is refused, and the answer names the call that erases it', async () => {
    const { json: made } = await service.call('POST', '/predictors/rows/predictions', { query: 'tooth' });
    await service.call('PUT', `/predictions/${made.id}/label`, { label: 'Dental' });
    const [{ id }] = (await service.call('GET', '/predictors/rows/examples?limit=1')).json.examples;
    const { status, json } = await remove(`/predictors/rows/examples/${id}`);
    expect([status, json.code]).toEqual([409, 'example_not_imported']);
    expect(json.detail).toContain(`DELETE /predictions/${made.id}`);
  });

  test.each(['import=x', 'import=0', `q=${'a'.repeat(256)}`, 'label=a&label=b', 'q=%00'])(
    'is not looked for by %s',
    async (query) => {
      const { status, json } = await service.call('GET', `/predictors/rows/examples?${query}`);
      expect([status, json.code]).toEqual([422, 'query_invalid']);
    },
  );
});

describe('a predictor', () => {
  test('is deleted where its name is said twice, and nothing of it is answered or left', async () => {
    await trained('whole');
    const { json: made } = await service.call('POST', '/predictors/whole/predictions', { query: 'tooth' });
    await service.call('PUT', `/predictions/${made.id}/label`, { label: 'Dental' });
    for (const query of ['', '?confirm=', '?confirm=other', '?confirm=Whole']) {
      const { status, json } = await remove(`/predictors/whole${query}`);
      expect([status, json.code]).toEqual([422, 'deletion_unconfirmed']);
      expect(json.detail).toContain('DELETE /predictors/whole?confirm=whole');
    }
    const { status, json } = await remove('/predictors/whole?confirm=whole');
    expect([status, json]).toEqual([
      200,
      {
        predictor: 'whole',
        predictions: 1,
        examples: 41,
        imports: 1,
        models: 1,
        retrainings: 1,
        spooled: 0,
        deletedAt: expect.any(String),
        done: true,
      },
    ]);
    const asked = await Promise.all([
      service.call('GET', '/predictors/whole'),
      service.call('POST', '/predictors/whole/predictions', { query: 'tooth' }),
      service.call('POST', '/predictors/whole/suggestions', { query: 'tooth' }),
      service.call('GET', '/predictors/whole/models'),
      service.call('GET', `/predictions/${made.id}`),
      service.call('PUT', `/predictions/${made.id}/label`, { label: 'Lab' }),
      remove('/predictors/whole?confirm=whole'),
      remove(`/predictions/${made.id}`),
    ]);
    expect(asked.map(({ status }) => status)).toEqual(Array(8).fill(404));
    await prune({ database: service.database, store: service.store });
    const left: string[] = [];
    for await (const key of service.store.list('models/whole/')) left.push(key);
    expect(left).toEqual([]);
    expect(await service.database.removals.unpruned(0)).toEqual([]);
    expect((await readPointer(service.store, 'whole')) ?? null).toMatchObject({
      pointer: { deleted: true, champion: null, definition: {} },
    });
  });

  test('is made again with the next numbers, answers, and keeps nothing of before', async () => {
    await trained('reborn');
    await remove('/predictors/reborn?confirm=reborn');
    const made = await apply('reborn');
    expect([made.status, made.json.revision]).toEqual([201, 2]);
    expect((await service.call('POST', '/predictors/reborn/suggestions', { query: 'tooth' })).json.code).toBe(
      'predictor_not_trained',
    );
    // A file of before is no file that was imported before.
    const imported = await send('reborn', CSV);
    expect([imported.json.imported, imported.headers['idempotency-replayed']]).toEqual([40, undefined]);
    await service.train('reborn');
    const answer = await service.call('POST', '/predictors/reborn/predictions', { query: 'tooth' });
    expect([answer.status, answer.json.model]).toEqual([201, 2]);
    await prune({ database: service.database, store: service.store });
    const keys: string[] = [];
    for await (const key of service.store.list('models/reborn/')) keys.push(key);
    expect(keys).toEqual([expect.stringContaining('models/reborn/2/')]);
  });

  test('takes its spooled rows with it, also those that were set aside, and no others', async () => {
    await trained('spooled');
    await trained('beside');
    const spool = new Spool(service.store);
    const idOf = async (name: string) => (await service.database.predictors.state(name))?.id ?? 0;
    const put = async (name: string) => {
      const id = newPredictionId(Date.now());
      await spool.put({
        ...{
          id,
          predictorId: await idOf(name),
          predictor: name,
          revision: 1,
          model: 1,
          answeredAt: Date.now(),
        },
        ...{ inputs: { query: 'tooth' }, answer: { suggestions: [] } },
      });
      return id;
    };
    const [waiting, aside, other] = [await put('spooled'), await put('spooled'), await put('beside')];
    await spool.setAside(aside);
    const late = await spool.get(waiting);
    if (late === null) throw new Error('nothing in the spool');
    const { json } = await remove('/predictors/spooled?confirm=spooled');
    expect(json).toMatchObject({ spooled: 2, done: true });
    expect(await spool.get(waiting)).toBeNull();
    const refused: string[] = [];
    for await (const key of service.store.list('spool-refused/')) refused.push(key);
    expect(refused).toEqual([]);
    // One that another process puts in only now is dropped, and not set aside for ever.
    await spool.put(late);
    expect((await service.call('GET', `/predictions/${other}`)).status).toBe(200);
    expect((await service.call('GET', `/predictions/${waiting}`)).status).toBe(404);
    for await (const key of service.store.list('spool-refused/')) refused.push(key);
    expect([await spool.get(waiting), refused]).toEqual([null, []]);
  });

  test('that is deleted in the database alone, as after a crash, is finished by whoever comes by', async () => {
    await trained('crashed');
    const deletion = await service.database.removals.deletePredictor('crashed');
    expect(deletion?.done).toBe(false);
    expect((await apply('crashed')).json.code).toBe('predictor_being_deleted');
    // The process that answers has not heard of it; what it records is refused, though, and then it has.
    await alignPointers(service.database, service.store);
    expect((await service.call('POST', '/predictors/crashed/predictions', { query: 'tooth' })).status).toBe(
      404,
    );
    expect((await service.call('POST', '/predictors/crashed/suggestions', { query: 'tooth' })).status).toBe(
      404,
    );
    await finishRemovals(service.database, () => false);
    expect((await apply('crashed')).status).toBe(201);
  });

  test('is not brought back by a pointer that was on its way', async () => {
    await trained('pointed');
    const before = await readPointer(service.store, 'pointed');
    if (before === null || before === 'unchanged') throw new Error('no pointer');
    await remove('/predictors/pointed?confirm=pointed');
    expect(await writePointer(service.store, before.pointer)).toBe(false);
    await service.champions.refresh('pointed');
    expect(service.champions.peek('pointed')).toBeUndefined();
  });
});
