import { describe, expect, test } from '@jest/globals';
import { seededIndex } from '../../../services/ml/metrics/random.ts';
import type { InputValue, Row } from '../../../services/ml/predictor/definition.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';
import type { Warning } from '../../../services/ml/warning.ts';
import { Inspection } from '../../../services/ml/warnings/inspection.ts';

type Types = Record<string, 'text' | 'category' | 'number' | 'boolean' | 'date'>;
type Line = readonly [inputs: Row, target: string | number];

function look(
  types: Types,
  target: 'label' | 'number',
  lines: readonly Line[],
  earlier?: Set<string>,
): Warning[] {
  const inputs = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, { type, optional: true }]),
  );
  const definition = parseDefinition({ name: 'p', inputs, target: { name: 'answer', type: target } });
  const inspection = new Inspection(definition);
  for (const [row, answer] of lines) inspection.add(row, answer);
  return inspection.warnings(earlier);
}

const codes = (warnings: readonly Warning[]) => warnings.map(({ code }) => code);

/** `rows` rows of one column of numbers, and labels that have nothing to do with them. */
function numbers(values: readonly InputValue[]): Line[] {
  return values.map((n, i) => [{ n, x: Math.sin(i * i) }, i % 3 === 0 ? 'yes' : 'no']);
}
const withNumber: Types = { n: 'number', x: 'number' };

const random = seededIndex(7);
const uniform = () => random(1_000_000) / 1_000_000;
const many = (length: number, value: (i: number) => number) => Array.from({ length }, (_, i) => value(i));
/** From 18 to 70, as ages are. */
const ages = many(200, (i) => 18 + ((i * 37) % 53));

describe('wild values', () => {
  test.each<[string, number[], number]>([
    ['a slip of the keyboard among ages', [...ages, 3_900_000], 3_900_000],
    ['a year among ratings from 0 to 10', [...many(60, (i) => i % 11), 2026], 2026],
    ['a negative one', [...ages, -40_000], -40_000],
    ['the largest number there is', [...ages, 1e308], 1e308],
    [
      'one among counts of which most are 0',
      [...many(300, (i) => (i % 10 === 0 ? (i / 10) % 4 : 0)), 90_000],
      90_000,
    ],
  ])('are told with their place: %s', (_, values, wild) => {
    expect(look(withNumber, 'label', numbers(values))).toEqual([
      {
        code: 'wild_values',
        detail: expect.stringContaining(
          `\`n\` holds ${wild} (1 row), far from the other ${values.length - 1} (`,
        ),
        columns: ['n'],
        rows: 1,
      },
    ]);
  });

  test('are told of a number target, and of dates', () => {
    const prices = many(300, (i) => 20 + ((i * 13) % 90));
    const target = look(
      { a: 'number' },
      'number',
      [...prices, 999_999_999, 5e8].map((y, i) => [{ a: (i * 31) % 17 }, y]),
    );
    expect(target).toEqual([expect.objectContaining({ code: 'wild_values', columns: ['answer'], rows: 2 })]);
    const days = many(100, (i) => Date.UTC(2026, 0, 1 + i)).map((day) =>
      new Date(day).toISOString().slice(0, 10),
    );
    const dates = look(
      { day: 'date' },
      'label',
      [...days, '0226-03-01'].map((day, i) => [{ day }, `l${i % 2}`]),
    );
    expect(dates).toEqual([
      expect.objectContaining({ code: 'wild_values', detail: expect.stringContaining('0226-03-01 (1 row)') }),
    ]);
  });

  test.each<[string, () => number]>([
    [
      'prices of a long tail',
      () => Math.exp(2 * Math.sqrt(-2 * Math.log(uniform() + 1e-9)) * Math.cos(6.283 * uniform())),
    ],
    ['incomes with Pareto’s tail', () => 1000 / (uniform() + 1e-6)],
    ['gains of which nine in ten are 0', () => (uniform() < 0.9 ? 0 : Math.round(3000 / (uniform() + 0.03)))],
    ['waiting times', () => -Math.log(uniform() + 1e-9)],
    ['counts', () => Math.floor(-3 * Math.log(uniform() + 1e-9))],
    ['a few ones among zeros', () => (uniform() < 0.98 ? 0 : 1)],
    ['even values', uniform],
  ])('are not what is far out by nature: %s', (_, draw) => {
    for (let time = 0; time < 20; time++) {
      const warnings = look(withNumber, 'label', numbers(many(1500, draw)));
      expect(codes(warnings).filter((code) => code === 'wild_values' || code === 'missing_codes')).toEqual(
        [],
      );
    }
  });
});

describe('numbers that differ by less than can be read', () => {
  test('are told, with how far they go', () => {
    expect(look(withNumber, 'label', numbers(many(60, (i) => 1e13 + ((i * 7) % 10))))).toEqual([
      {
        code: 'constant_numbers',
        detail: expect.stringContaining('`n` goes from 10000000000000 to 10000000000009: '),
        columns: ['n'],
        rows: 60,
      },
    ]);
    expect(
      codes(look(withNumber, 'label', numbers(many(60, (i) => -1e-5 - 1e-20 * ((i * 7) % 10))))),
    ).toEqual(['constant_numbers']);
  });

  test.each<[string, number[]]>([
    ['that are equal', many(60, () => 7)],
    ['that differ enough', many(60, (i) => 1e12 + ((i * 7) % 10))],
    ['of a moment, in milliseconds', many(60, (i) => 1.79e12 + 1000 * ((i * 7) % 10))],
  ])('are not those %s', (_, values) => {
    expect(codes(look(withNumber, 'label', numbers(values)))).toEqual([]);
  });
});

describe('codes for missing', () => {
  test.each<[string, number[], string]>([
    ['-200, as a sensor writes it', many(40, () => -200), '[-200]'],
    ['-1', many(12, () => -1), '[-1]'],
    ['-999', many(3, () => -999), '[-999]'],
    ['999', many(5, () => 999), '[999]'],
    ['two of them', [...many(4, () => -9), ...many(4, () => 9999)], '[-9,9999]'],
  ])('are told with what to declare: %s', (_, coded, declared) => {
    expect(look(withNumber, 'label', numbers([...ages, ...coded, ...ages]))).toEqual([
      {
        code: 'missing_codes',
        detail: expect.stringContaining(`"missing": ${declared}`),
        columns: ['n'],
        rows: coded.length,
      },
    ]);
  });

  test('are seen beside a wild value, and where they are most of the rows', () => {
    const warnings = look(withNumber, 'label', numbers([...ages, ...many(20, () => -1), 3_900_000]));
    expect(warnings.map(({ code, rows }) => [code, rows])).toEqual([
      ['missing_codes', 20],
      ['wild_values', 1],
    ]);
    const mostly = [...many(400, () => -1), ...many(90, (i) => 1 + i)];
    expect(codes(look(withNumber, 'label', numbers(mostly)))).toEqual(['missing_codes']);
  });

  test('of dates are the ends of calendars', () => {
    const days = many(100, (i) => Date.UTC(2026, 0, 1 + i)).map((day) =>
      new Date(day).toISOString().slice(0, 10),
    );
    const dates = [
      ...days,
      '9999-12-31',
      '9999-12-31',
      '9999-12-31',
      '1900-01-01',
      '1900-01-01',
      '1900-01-01',
    ];
    const [warning, ...rest] = look(
      { day: 'date' },
      'label',
      dates.map((day, i) => [{ day }, `l${i % 2}`]),
    );
    expect(warning).toMatchObject({ code: 'missing_codes', rows: 6 });
    expect(warning?.detail).toContain('"missing": ["1900-01-01","9999-12-31"]');
    expect(rest).toEqual([]);
  });

  test.each<[string, number[]]>([
    ['-1 beside 0 and 1', many(90, (i) => (i % 3) - 1)],
    ['balances below zero', many(90, (i) => -200 + i * 7)],
    ['99 where 98 stands, too', many(100, (i) => i)],
    ['a price that is asked often', [...many(100, (i) => 500 + i * 9), ...many(5, () => 999)]],
    ['0', [...many(100, (i) => 40 + i), ...many(30, () => 0)]],
  ])('are not: %s', (_, values) => {
    const shuffled = values.toSorted((a, b) => Math.sin(a * 12.9898) - Math.sin(b * 12.9898));
    expect(look(withNumber, 'label', numbers(shuffled))).toEqual([]);
  });
});

describe('words for missing', () => {
  test('are told of labels, categories and texts, with their rows', () => {
    const words = ['NULL', '\\N', 'nan', 'N/A', '-', 'none', '#N/A', '?'];
    const lines = many(80, (i) => i).map((i): Line => {
      const word = words[i % 8] ?? '';
      return [
        { plan: i < 40 ? word : `plan ${i % 4}`, note: i >= 72 ? word : `note ${i}` },
        i % 2 === 0 && i < 20 ? 'n/a' : `team ${i % 3}`,
      ];
    });
    const found = look({ plan: 'category', note: 'text' }, 'label', lines).filter(
      ({ code }) => code === 'missing_words',
    );
    expect(found.map(({ columns, rows }) => [columns, rows])).toEqual([
      [['answer'], 10],
      [['note'], 8],
      [['plan'], 40],
    ]);
    expect(found[1]?.detail).toContain('"#N/A" (1 row)');
  });

  test('are counted beside so many categories that these are not', () => {
    const lines = many(9000, (i) => i).map(
      (i): Line => [{ plan: i % 3 === 0 ? 'NULL' : `plan ${i}`, n: i % 7 }, `team ${i % 2}`],
    );
    expect(look({ plan: 'category', n: 'number' }, 'label', lines)).toContainEqual(
      expect.objectContaining({ code: 'missing_words', rows: 3000 }),
    );
  });
});

describe('labels', () => {
  const of = (counts: Record<string, number>) =>
    Object.entries(counts).flatMap(([label, rows]) =>
      many(rows, (i) => i).map((i): Line => [{ t: `${label} ${i}` }, label]),
    );

  test('that are nearly equal are told in groups with their rows', () => {
    const [warning, ...rest] = look(
      { t: 'text' },
      'label',
      of({ Billing: 40, billing: 12, Biling: 5, Access: 30 }),
    );
    expect(warning).toEqual({
      code: 'near_equal_labels',
      detail: expect.stringContaining(
        '"Billing" (40 rows), "billing" (12 rows), "Biling" (5 rows)'.replaceAll('), ', ') and '),
      ),
      columns: ['answer'],
      rows: 17,
    });
    expect(rest).toEqual([]);
  });

  test('with fewer than five rows are told', () => {
    expect(look({ t: 'text' }, 'label', of({ Billing: 40, Access: 5, Refund: 4, Parcel: 1 }))).toEqual([
      {
        code: 'rare_labels',
        detail: expect.stringMatching(/^2 of 4 labels .*"Parcel" \(1 row\), "Refund" \(4 rows\)/),
        columns: ['answer'],
        rows: 5,
      },
    ]);
  });

  test('that the predictor knew before are not rare, and new ones are compared with them', () => {
    const warnings = look(
      { t: 'text' },
      'label',
      of({ Access: 2, biling: 1 }),
      new Set(['Access', 'Billing']),
    );
    expect(codes(warnings)).toEqual(['near_equal_labels', 'rare_labels']);
    expect(warnings[0]?.detail).toContain('"Billing" (known before) and "biling" (1 row)');
    expect(warnings[0]?.rows).toBe(1);
    expect(look({ t: 'text' }, 'label', of({ Access: 9, access: 9 }), new Set(['Access', 'access']))).toEqual(
      [],
    );
    expect(warnings[1]).toMatchObject({ rows: 1 });
  });
});

test('categories that differ by case or punctuation alone are told', () => {
  const lines = many(100, (i) => i).map(
    (i): Line => [
      { city: i % 10 === 0 ? 'new-york' : i % 2 === 0 ? 'New York' : 'Boston', n: (i * 17) % 23 },
      `l${(i * 7) % 3}`,
    ],
  );
  expect(look({ city: 'category', n: 'number' }, 'label', lines)).toEqual([
    expect.objectContaining({ code: 'near_equal_categories', columns: ['city'], rows: 10 }),
  ]);
});

describe('a column that gives the answer away', () => {
  const given = (types: Types, target: 'label' | 'number', line: (i: number) => Line, rows = 200) =>
    look(types, target, many(rows, (i) => i).map(line)).filter(({ code }) => code === 'answer_given_away');
  const noise = (i: number) => (i * 37) % 101;
  const team = (i: number) => ['billing', 'access', 'parcel'][(i * 13) % 3] ?? '';

  test('is a label under another name', () => {
    const found = given({ queue: 'category', n: 'number' }, 'label', (i) => [
      { queue: `Q-${team(i)}`, n: noise(i) },
      team(i),
    ]);
    expect(found).toEqual([
      {
        code: 'answer_given_away',
        detail: expect.stringMatching(
          /^`queue` alone gives `answer` in 100 % of 200 rows: will it be known when you ask\?/,
        ),
        columns: ['queue'],
        rows: 200,
      },
    ]);
  });

  test('is a number for each label, a flag, or a date that is missing wherever the answer is no', () => {
    const number = given({ n: 'number', m: 'number' }, 'label', (i) => [
      { n: noise(i), m: team(i).length * 3 + team(i).charCodeAt(0) },
      team(i),
    ]);
    expect(number.map(({ columns }) => columns)).toEqual([['m']]);
    const left = (i: number) => i % 4 === 0;
    const flag = given({ n: 'number', closed: 'boolean', until: 'date' }, 'label', (i) => [
      { n: noise(i), closed: left(i), until: left(i) ? `2026-01-${10 + (i % 20)}` : null },
      left(i) ? 'left' : 'stayed',
    ]);
    expect(flag.map(({ columns }) => columns)).toEqual([['closed'], ['until']]);
  });

  test('is one whose unit says it: `93 min`, `2 seasons`', () => {
    const found = given({ n: 'number', duration: 'text' }, 'label', (i) => {
      const film = i % 3 !== 0;
      return [
        { n: noise(i), duration: film ? `${60 + (i % 90)} min` : `${1 + (i % 5)} seasons` },
        film ? 'film' : 'show',
      ];
    });
    expect(found.map(({ columns }) => columns)).toEqual([['duration']]);
  });

  test('is, for a number, another one on a line with it, or in the same order', () => {
    const found = given({ n: 'number', gross: 'number', rank: 'number' }, 'number', (i) => {
      const net = 5 + ((i * 37) % 151);
      return [{ n: noise(i), gross: Math.round(net * 119) / 100, rank: -(net ** 3) }, net];
    });
    expect(found.map(({ columns }) => columns)).toEqual([['gross'], ['rank']]);
  });

  test('is none where it is the only input, where rows are few, or where one in a hundred is otherwise', () => {
    const flag = (i: number): Line => [{ vip: i % 2 === 0 }, i % 2 === 0 ? 'fast' : 'slow'];
    expect(given({ vip: 'boolean' }, 'label', flag)).toEqual([]);
    const two = (i: number): Line => [{ vip: i % 2 === 0, n: noise(i) }, i % 2 === 0 ? 'fast' : 'slow'];
    expect(given({ vip: 'boolean', n: 'number' }, 'label', two, 49)).toEqual([]);
    const nearly = (i: number): Line => [
      { vip: i % 2 === 0, n: noise(i) },
      i % 2 === 0 && i % 100 !== 50 ? 'fast' : 'slow',
    ];
    expect(given({ vip: 'boolean', n: 'number' }, 'label', nearly)).toEqual([]);
  });

  test('is none where each of many values has its label, or texts tell labels apart', () => {
    const cities = given({ city: 'category', n: 'number' }, 'label', (i) => [
      { city: `city ${i % 40}`, n: noise(i) },
      `country ${(i % 40) % 5}`,
    ]);
    expect(cities).toEqual([]);
    const texts = given({ text: 'text', n: 'number' }, 'label', (i) => [
      { text: `please look at the ${team(i)} of order ${i}`, n: noise(i) },
      team(i),
    ]);
    expect(texts).toEqual([]);
  });
});

describe('an id-like column', () => {
  const line = (inputs: Row, i: number): Line => [{ ...inputs, x: (i * 7) % 11 }, `l${(i * 5) % 3}`];
  const ids = (types: Types, value: (i: number) => InputValue, rows = 60) =>
    look(
      { ...types, x: 'number' },
      'label',
      many(rows, (i) => i).map((i) => line({ id: value(i) }, i)),
    ).filter(({ code }) => code === 'id_like_column');

  test.each<[string, Types, (i: number) => InputValue]>([
    ['a category that is another in each row', { id: 'category' }, (i) => `customer ${i * 31}`],
    ['a number that rises from row to row', { id: 'number' }, (i) => 4711 + 2 * i],
    [
      'a text of the form of a UUID',
      { id: 'text' },
      (i) => `6f1c2b0a-0000-4000-8000-${String(i).padStart(12, '0')}`,
    ],
    ['a text of one prefix and a number', { id: 'text' }, (i) => `INV-${1000 + 7 * i}`],
  ])('is %s', (_, types, value) => {
    expect(ids(types, value)).toEqual([expect.objectContaining({ columns: ['id'], rows: 60 })]);
    expect(ids(types, value, 49)).toEqual([]);
  });

  test('is not the only input, if it is a number: the answer depends on that', () => {
    const lines = many(60, (i) => i).map((i): Line => [{ n: i }, i < 30 ? 'low' : 'high']);
    expect(look({ n: 'number' }, 'label', lines)).toEqual([]);
  });

  test('is told of many rows, too', () => {
    expect(ids({ id: 'category' }, (i) => `customer ${i}`, 20_000)).toHaveLength(1);
    expect(ids({ id: 'category' }, (i) => `customer ${i % 9000}`, 20_000)).toEqual([]);
  });

  test.each<[string, Types, (i: number) => InputValue]>([
    ['a number in no order', { id: 'number' }, (i) => (i * 37) % 101],
    ['a measure that rises', { id: 'number' }, (i) => i + 0.5],
    ['a text that is another in each row', { id: 'text' }, (i) => `where is order ${i}`],
    ['a category that comes again', { id: 'category' }, (i) => `customer ${i % 50}`],
  ])('is not %s', (_, types, value) => {
    expect(ids(types, value)).toEqual([]);
  });
});

describe('repeated rows', () => {
  const text = (i: number) => `the parcel of order ${i} has not come yet`;
  const lines = (places: readonly number[], label = (i: number) => `l${i % 3}`): Line[] =>
    places.map((i) => [{ t: text(i) }, label(i)]);

  test('of a file that was imported twice are told with their share', () => {
    const once = many(100, (i) => i);
    const [warning, ...rest] = look({ t: 'text' }, 'label', lines([...once, ...once]));
    expect(warning).toMatchObject({ code: 'duplicate_rows', columns: [], rows: 100 });
    expect(warning?.detail).toMatch(
      /^100 rows \(50 %\) repeat .* 2 times: was a file imported more than once\?/,
    );
    expect(rest).toEqual([]);
    expect(look({ t: 'text' }, 'label', lines(once))).toEqual([]);
  });

  test('are told of a part of a file, and of more rows than are kept', () => {
    expect(look({ t: 'text' }, 'label', lines([...many(100, (i) => i), ...many(20, (i) => i)]))).toEqual([
      expect.objectContaining({ code: 'duplicate_rows', rows: 20 }),
    ]);
    const [large] = look(
      { t: 'text' },
      'label',
      lines([...many(60_000, (i) => i), ...many(60_000, (i) => i)]),
    );
    expect(large?.detail).toMatch(/^About \d\d,\d{3} rows \((49|50)(\.\d)? %\)/);
  });

  test.each<[string, Types, (i: number) => Row]>([
    ['of a few search words', { t: 'text' }, (i) => ({ t: `word${(i * i) % 11}` })],
    ['of a few categories', { a: 'category', b: 'boolean' }, (i) => ({ a: `a${i % 4}`, b: i % 3 === 0 })],
    ['of a number with few digits', { n: 'number' }, (i) => ({ n: ((i * i * 7919) % 1000) / 100 })],
  ])('are not told where rows come again by nature: %s', (_, types, row) => {
    const all = many(400, (i) => i).map((i): Line => [row(i), `l${((i * i * 31) % 7) % 2}`]);
    expect(codes(look(types, 'label', all))).not.toContain('duplicate_rows');
  });

  test('under another label are told with the labels', () => {
    const all = [...lines(many(50, (i) => i)), ...lines([3, 3, 4], () => 'other')];
    const [warning] = look({ t: 'text' }, 'label', all).filter(
      ({ code }) => code === 'conflicting_duplicates',
    );
    expect(warning).toMatchObject({ columns: ['answer'], rows: 5 });
    expect(warning?.detail).toContain('"other" (2 rows), "l0" (1 row)');
  });

  test('under another label are no conflict of a few categories', () => {
    const all = many(200, (i) => i).map(
      (i): Line => [{ sex: i % 2 === 0 ? 'f' : 'm', n: i % 3, k: i % 2 }, `l${((i * i) % 5) % 2}`],
    );
    expect(look({ sex: 'category', n: 'number', k: 'number' }, 'label', all)).toEqual([]);
  });
});

test('the same rows give the same warnings, and however many columns, they are few and short', () => {
  const types = Object.fromEntries(
    many(400, (i) => i).map((i): [string, 'number'] => [`column ${i} ${'x'.repeat(200)}`, 'number']),
  );
  const lines = many(100, (i) => i).map(
    (i): Line => [
      Object.fromEntries(Object.keys(types).map((name, k) => [name, i === 50 ? 1e9 : (i * (k + 3)) % 97])),
      `l${i % 2}`,
    ],
  );
  const warnings = look(types, 'label', lines);
  expect(warnings.length).toBeLessThanOrEqual(10);
  expect(JSON.stringify(warnings).length).toBeLessThan(12_000);
  expect(warnings.map(({ detail }) => detail)).toContainEqual(
    expect.stringMatching(/^The same holds of 39\d other columns/),
  );
  expect(look(types, 'label', lines)).toEqual(warnings);
});
