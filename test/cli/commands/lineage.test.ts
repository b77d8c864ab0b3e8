import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

const id = '01a1fb88-d2c9-7ad6-9d58-1b858b3dd0ed';
const PAGES = [
  [
    {
      row: '112',
      prediction: id,
      inputs: { query: 'tooth' },
      label: 'Dental',
      source: 'corrected',
      erased: false,
    },
    { row: '111', erased: true },
  ],
  [{ row: '9', prediction: null, inputs: { query: 'a\u001b' }, label: null, source: null, erased: false }],
];

let remote: Remote;
beforeEach(async () => {
  remote = await new Remote()
    .on('GET', '/predictors/tickets/models/3/examples', ({ url }) => {
      const page = url.includes('cursor=111') ? 1 : 0;
      return { body: { examples: PAGES[page], next: page === 0 ? '111' : null } };
    })
    .on('GET', '/predictors/tickets/models/4/examples', () => ({ body: { examples: [], next: null } }))
    .start();
});
afterEach(() => remote.stop());

describe('lineage', () => {
  test('lists the rows that a model learned from, all pages under one heading', async () => {
    expect(await run(remote, ['lineage', 'tickets', '3'])).toEqual({
      status: 0,
      out: [
        'ROW  SOURCE     PREDICTION                            LEARNED AS  INPUTS',
        `112  corrected  ${id}  Dental      {"query":"tooth"}`,
        '111  erased     –                                     –           –',
        '  9  –          –                                     –           {"query":"a\\u001b"}',
        '',
      ].join('\n'),
      err: '',
    });
  });

  test('--json is the list of the API, all pages in one', async () => {
    const { out } = await run(remote, ['lineage', 'tickets', '3', '--json']);
    expect(JSON.parse(out)).toEqual({ examples: PAGES.flat(), next: null });
    expect(JSON.parse((await run(remote, ['lineage', 'tickets', '4', '--json'])).out)).toEqual({
      examples: [],
      next: null,
    });
  });

  test('of a model that is not there is refused', async () => {
    expect((await run(remote, ['lineage', 'tickets', '5'])).status).toBe(1);
  });
});
