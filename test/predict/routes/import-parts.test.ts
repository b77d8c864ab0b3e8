import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { DRIVERS } from '../../database/drivers.ts';
import { type ListeningService, listenOver } from '../support/over-http.ts';
import { searches } from '../support/service.ts';

const CSV = 'query,service,note\n';
let count = 0;

describe.each(DRIVERS)('an import in parts, over %s', (driver) => {
  let service: ListeningService;
  beforeAll(async () => {
    service = await listenOver(driver);
    await apply('searches', { query: { type: 'text' } });
  });
  afterAll(() => service.stop());

  const apply = (name: string, inputs: object) =>
    send(`/predictors/${name}`, JSON.stringify({ ...searches, name, inputs }), {}, 'PUT');

  async function send(path: string, body: string, headers: Record<string, string> = {}, method = 'POST') {
    const response = await fetch(`${service.url}${path}`, {
      method,
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    const json = JSON.parse(await response.text());
    return { status: response.status, replayed: response.headers.get('idempotency-replayed'), json };
  }

  /** An import of its own: `part` sends one of its parts, `close` ends it. */
  function begin(parts: number, type = 'text/csv', key = `file-${count++}`, predictor = 'searches') {
    const path = `/predictors/${predictor}/examples?parts=${parts}`;
    return {
      key,
      part: (part: number, body: string, before = 0) =>
        send(`${path}&part=${part}&before=${before}`, body, {
          'content-type': type,
          'idempotency-key': `${key}:${part}`,
        }),
      close: (query = '') => send(`${path}${query}`, '', { 'content-type': type, 'idempotency-key': key }),
    };
  }

  async function state(predictor = 'searches') {
    const response = await fetch(`${service.url}/predictors/${predictor}`);
    return response.json() as Promise<{ examples: { imported: number }; lastRetraining: object | null }>;
  }
  const imported = async () => (await state()).examples.imported;

  test('takes a part without any value, and what parts the cells, which is told from another reading', async () => {
    const { key, part, close } = begin(2);
    const semicolons = { 'content-type': 'text/csv', 'idempotency-key': `${key}:1` };
    const path = `/predictors/searches/examples?parts=2&separator=;`;
    await send(`${path}&part=1`, 'query;service\nlabora;Lab\n', semicolons);
    const blank = { ...semicolons, 'idempotency-key': `${key}:2` };
    expect(await send(`${path}&part=2&before=1`, 'query;service\n;\n ; \n', blank)).toMatchObject({
      status: 202,
      json: { staged: 0, rejectedTotal: 0 },
    });
    expect((await close()).json.code).toBe('import_incomplete');
    expect((await close('&separator=;')).json).toMatchObject({ imported: 1 });
    expect((await part(1, `${CSV}x,Lab,\n`)).json).toMatchObject({ staged: 0 });
  });

  test('makes its examples when it is closed, and tells of its rows by the lines of the file', async () => {
    const before = await imported();
    const { part, close } = begin(2);
    expect(await part(1, `${CSV}labora,Lab,x\n,Lab,x\n`)).toMatchObject({
      status: 202,
      json: { part: 1, staged: 1, rejected: [{ line: 3 }], rejectedTotal: 1, ignoredColumns: ['note'] },
    });
    // The header is line 1 of the part, and its first row the file's line 4.
    await part(2, `${CSV}"two\nlines",Lab,x\n,Lab,x\nscan,Scan,x\n`, 2);
    expect(await imported()).toBe(before);
    expect(await close()).toMatchObject({
      status: 200,
      replayed: null,
      json: {
        imported: 3,
        rejected: [{ line: 3 }, { line: 6, reason: expect.stringContaining('query is missing') }],
        rejectedTotal: 2,
        ignoredColumns: ['note'],
      },
    });
    expect(await imported()).toBe(before + 3);
  });

  test('says at its end what a person should look at in all of its rows', async () => {
    const { part, close } = begin(3);
    const rows = (from: number, service: string) =>
      Array.from({ length: 20 }, (_, i) => `pain in part ${from + i},${service},x\n`).join('');
    await part(1, `${CSV}${rows(0, 'Surgery')}`);
    await part(2, `${CSV}${rows(100, 'surgery')}`, 30);
    await part(3, `${CSV}${rows(200, 'Surgery')}`, 60);
    const { json } = await close();
    expect(json).toMatchObject({
      imported: 60,
      warnings: [{ code: 'near_equal_labels', columns: ['service'], rows: 20 }],
    });
    expect(await state()).toMatchObject({
      warnings: expect.arrayContaining([expect.objectContaining({ rows: 20 })]),
    });
  });

  test('a part sent again is answered from its key, and so is the closing call', async () => {
    const before = await imported();
    const { part, close } = begin(1);
    const first = await part(1, `${CSV}labora,Lab,x\n`);
    expect(await part(1, `${CSV}labora,Lab,x\n`)).toEqual({ ...first, replayed: 'true' });
    const closed = await close();
    expect(await close()).toEqual({ ...closed, replayed: 'true' });
    expect(await part(1, `${CSV}labora,Lab,x\n`)).toMatchObject({ status: 202, replayed: 'true' });
    expect(await imported()).toBe(before + 1);
    expect(await leftovers()).toEqual({ imports: 0, parts: 0, rows: 0 });
  });

  test('a file that was imported in one body is not imported again in parts, nor the reverse', async () => {
    const rows = `${CSV}labora,Lab,x\n`;
    const key = createHash('sha256').update(rows).digest('hex');
    const headers = { 'content-type': 'text/csv', 'idempotency-key': key };
    const whole = () => send('/predictors/searches/examples', rows, headers);
    const { part, close } = begin(1, 'text/csv', key);
    const first = await whole();
    expect(await close()).toEqual({ ...first, replayed: 'true' });
    expect(await part(1, rows)).toMatchObject({ status: 202, replayed: 'true', json: { staged: 0 } });
    expect(await whole()).toEqual({ ...first, replayed: 'true' });
  });

  test('names the parts that are missing, and imports nothing until they are there', async () => {
    const before = await imported();
    const { part, close } = begin(6, 'application/x-ndjson');
    for (const n of [2, 6]) await part(n, `{"query":"q${n}","service":"Lab"}\n`, n * 10);
    const refused = await close();
    expect(refused).toMatchObject({ status: 409, json: { code: 'import_incomplete' } });
    expect(refused.json.errors.map(({ field }: { field: string }) => field)).toEqual(['1', '3-5']);
    expect(await imported()).toBe(before);
    for (const n of [1, 3, 4, 5]) await part(n, `{"query":"q${n}","service":"Lab"}\n`, n * 10);
    expect((await close()).json.imported).toBe(6);
  });

  test('a part with other rows takes the place of the earlier one', async () => {
    const before = await imported();
    const { part, close } = begin(2);
    await part(1, `${CSV}a,Lab,\nb,Lab,\nc,Lab,\n`);
    await part(2, `${CSV}d,Lab,\n`, 3);
    expect((await part(1, `${CSV}a,Lab,\nb,Lab,\n`)).replayed).toBeNull();
    expect((await close()).json.imported).toBe(3);
    expect(await imported()).toBe(before + 3);
  });

  test('a part that cannot be read as a whole stays missing', async () => {
    const { part, close } = begin(2);
    await part(1, `${CSV}a,Lab,\n`);
    const refused = await part(2, `${CSV}"b,Lab,\n`, 6);
    expect(refused).toMatchObject({ status: 400, json: { code: 'csv_quote_unclosed' } });
    expect(refused.json.detail).toContain('line 8');
    expect(await close()).toMatchObject({ status: 409, json: { errors: [{ field: '2' }] } });
  });

  test('parts read by an earlier definition are asked for again', async () => {
    await apply('changing', { query: { type: 'text' } });
    const { part, close } = begin(1, 'text/csv', 'changed', 'changing');
    await part(1, 'query,age,service\na,7,Lab\n');
    await apply('changing', { query: { type: 'text' }, age: { type: 'number' } });
    expect(await close()).toMatchObject({ status: 409, json: { errors: [{ field: '1' }] } });
    expect((await part(1, 'query,age,service\na,7,Lab\n')).replayed).toBeNull();
    expect((await close()).json).toMatchObject({ imported: 1, ignoredColumns: [] });
  });

  test('asks for a training when it is closed, and not before; or never', async () => {
    await apply('first', { query: { type: 'text' } });
    await apply('held', { query: { type: 'text' } });
    const rows = Array.from({ length: 12 }, (_, n) => `q${n},${n % 2 === 0 ? 'Lab' : 'Scan'}\n`).join('');
    for (const name of ['first', 'held'])
      await begin(1, 'text/csv', 'k', name).part(1, `query,service\n${rows}`);
    expect((await state('first')).lastRetraining).toBeNull();
    await begin(1, 'text/csv', 'k', 'first').close();
    await begin(1, 'text/csv', 'k', 'held').close('&train=false');
    expect((await state('first')).lastRetraining).toMatchObject({ trigger: 'first' });
    expect((await state('held')).lastRetraining).toBeNull();
  });

  test('closed by several at once, it is imported once', async () => {
    const before = await imported();
    const { part, close } = begin(2, 'application/json');
    await Promise.all([1, 2, 1, 2].map((n) => part(n, `[{"query":"q","service":"Lab"}]`, n)));
    const closed = await Promise.all([close(), close(), close()]);
    expect(closed.map(({ json }) => json.imported)).toEqual([1, 1, 1].map(() => 2));
    expect(closed.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    expect(await imported()).toBe(before + 2);
  });

  test('a key, a number or a line that cannot be is refused', async () => {
    const path = '/predictors/searches/examples';
    const csv = { 'content-type': 'text/csv' };
    const code = async (query: string, headers = {}) =>
      (await send(`${path}${query}`, `${CSV}a,Lab,\n`, { ...csv, ...headers })).json.code;
    expect(await code('?part=1&parts=2')).toBe('idempotency_key_invalid');
    expect(await code('?part=1&parts=2', { 'idempotency-key': 'k:2' })).toBe('idempotency_key_invalid');
    expect(await code('?part=3&parts=2', { 'idempotency-key': 'k:3' })).toBe('query_invalid');
    expect(await code('?part=1', { 'idempotency-key': 'k:1' })).toBe('query_invalid');
    const { part } = begin(2);
    await part(1, `${CSV}a,Lab,\n`);
    expect(await part(2, `${CSV}b,Lab,\n`)).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'before' }] },
    });
    const large = await begin(1).part(1, `${CSV}${'a,Lab,\n'.repeat(700_000)}`);
    expect(large).toMatchObject({ status: 413, json: { code: 'body_too_large' } });
  });

  test('what is never closed is forgotten, rows and all', async () => {
    const { part, close } = begin(1);
    await part(1, `${CSV}a,Lab,\n`);
    await service.database.importParts.purge(25);
    expect((await leftovers()).rows).toBeGreaterThan(0);
    await service.database.importParts.purge(0);
    expect(await leftovers()).toEqual({ imports: 0, parts: 0, rows: 0 });
    expect((await close()).status).toBe(409);
  });

  test('parts whose rows a crash has taken are missing', async () => {
    const { part, close } = begin(2);
    await part(1, `${CSV}a,Lab,\n`);
    await part(2, `${CSV}b,Lab,\n`, 1);
    await query('delete from hundredfold.staged_examples where line = 3');
    expect(await close()).toMatchObject({ status: 409, json: { errors: [{ field: '2' }] } });
  });

  async function leftovers() {
    const [row] = await query(`select
      (select count(*)::integer from hundredfold.part_imports where name like '%file-%' and predictor_id = 1
        and exists (select from hundredfold.import_parts p where p.import_id = id)) as imports,
      (select count(*)::integer from hundredfold.import_parts) as parts,
      (select count(*)::integer from hundredfold.staged_examples) as rows`);
    return row;
  }

  async function query(text: string) {
    const client = new pg.Client({ connectionString: service.connectionString });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }
});
