import { describe, expect, test } from '@jest/globals';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';
import { compileRow } from '../../../services/ml/predictor/row-reader.ts';

const reader = compileRow(
  parseDefinition({
    name: 'passengers',
    inputs: {
      name: { type: 'text', maxLength: 5 },
      class: { type: 'category', optional: true },
      age: { type: 'number', optional: true },
      alone: { type: 'boolean', optional: true },
      boarded: { type: 'date', optional: true },
      toString: { type: 'text', optional: true },
    },
    target: { name: 'survived', type: 'label' },
  }),
);

function errorsOf(body: unknown): Record<string, string> {
  return Object.fromEntries((reader.read(body).errors ?? []).map(({ field, message }) => [field, message]));
}

describe('a row', () => {
  test('that fits is read with every input, the missing ones as null', () => {
    expect(reader.read({ name: 'Anna', age: 3, alone: false, boarded: '1912-04-10' }).row).toEqual({
      name: 'Anna',
      class: null,
      age: 3,
      alone: false,
      boarded: '1912-04-10',
      toString: null,
    });
  });

  test('without its age is answered, whether the key is absent or null', () => {
    expect(reader.read({ name: 'Anna', age: null }).row).toEqual(reader.read({ name: 'Anna' }).row);
  });

  test('may not leave out an input that is not optional', () => {
    expect(errorsOf({ age: 3 })).toEqual({ name: 'is missing: send text of at most 5 characters' });
    expect(errorsOf({ name: null })).toEqual({ name: 'is missing: send text of at most 5 characters' });
  });

  test('is told of every field of the wrong type, and what was sent', () => {
    expect(errorsOf({ name: 5, class: 3, age: '12', alone: 'yes', boarded: 1912, toString: {} })).toEqual({
      name: 'must be text of at most 5 characters; the number 5 was sent: put it in quotes',
      class: 'must be text of at most 1000 characters; the number 3 was sent: put it in quotes',
      age: 'must be a number; the text "12" was sent: leave out the quotes',
      alone: 'must be true or false; the text "yes" was sent: send true',
      boarded: expect.stringContaining('the number 1912 was sent'),
      toString: expect.stringContaining('an object was sent'),
    });
  });

  test('is told of every field that is no input, __proto__ and the target among them', () => {
    const body: unknown = JSON.parse(
      '{"name":"Anna","__proto__":{"age":1},"constructor":1,"survived":"yes","x":1}',
    );
    const errors = errorsOf(body);
    expect(Object.keys(errors)).toEqual(['__proto__', 'constructor', 'survived', 'x']);
    expect(errors.survived).toContain('target');
  });

  test('is told which input a field was most likely meant for, of those that it lacks', () => {
    expect(errorsOf({ Name: 'Anna', 'to string': 'x', classes: '1', class: '2' })).toEqual({
      name: expect.stringContaining('is missing'),
      Name: 'is not an input of this predictor: leave it out, or did you mean "name"?',
      'to string': expect.stringContaining('did you mean "toString"?'),
      classes: 'is not an input of this predictor: leave it out',
    });
  });

  test('with thousands of unknown fields gets a short answer', () => {
    const body = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`field ${i}`, 1]));
    expect(reader.read({ name: 'Anna', ...body }).errors).toHaveLength(21);
  });

  test.each([[null], [[]], ['labora'], [5], [undefined]])('that is %j gets one clear error', (body) => {
    const { errors } = reader.read(body);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toEqual({ field: '', message: expect.stringContaining('one JSON object') });
  });
});

describe('text', () => {
  test('is counted in code points: five emoji fit into five characters', () => {
    expect(reader.read({ name: '\u{1F600}'.repeat(5) }).row?.name).toHaveLength(10);
    expect(errorsOf({ name: '\u{1F600}'.repeat(6) })).toEqual({
      name: 'is 6 characters long, 5 are allowed: shorten it, or raise maxLength in the definition',
    });
  });

  test('may hold tabs, line breaks and other control characters, kept as sent', () => {
    expect(reader.read({ name: '\t\r\n\u0001\u007f' }).row?.name).toBe('\t\r\n\u0001\u007f');
  });

  test('may hold neither U+0000 nor half a surrogate pair', () => {
    expect(errorsOf({ name: 'a\0' }).name).toContain('U+0000');
    expect(errorsOf({ name: '\ud83d' }).name).toContain('surrogate');
    expect(errorsOf({ name: 'x', class: '\ude00\ud83d' }).class).toContain('surrogate');
  });

  test('of megabytes is refused with a short message', () => {
    expect(errorsOf({ name: 'x'.repeat(2_000_000) }).name).toContain('2000000 characters');
    expect(errorsOf({ name: 'x', age: 'y'.repeat(2_000_000) }).age?.length).toBeLessThan(100);
  });
});

describe('what no screen shows', () => {
  test('makes no other category: blanks at the ends, a wide blank, none at all, an ö in two parts', () => {
    for (const sent of [
      'Büro 1',
      ' Büro 1\t',
      'B\u00fcro\u00a01',
      'Bu\u0308ro 1',
      'B\u200bü\u2060ro 1\ufeff',
      'Büro\u30001',
    ]) {
      expect(reader.read({ name: 'x', class: sent }).row?.class).toBe('Büro 1');
    }
    // Case, blanks within and joiners tell words apart.
    for (const sent of ['büro 1', 'Büro  1', 'Büro\u200d1', 'می\u200cخواهم']) {
      expect(reader.read({ name: 'x', class: sent }).row?.class).toBe(sent);
    }
  });

  test('makes no category of nothing', () => {
    expect(reader.read({ name: 'x', class: ' \u00a0\ufeff' }).row?.class).toBeNull();
  });

  test('stays in a text, which is kept as it was sent', () => {
    expect(reader.read({ name: ' u\u0308\u00a0' }).row?.name).toBe(' u\u0308\u00a0');
  });

  test('makes no other field: its name is taken in its clean spelling, unless both are sent', () => {
    expect(reader.read({ ' name\u00a0': 'x', 'boarded\u200b': '2026-02-28' }).row).toMatchObject({
      name: 'x',
      boarded: '2026-02-28',
    });
    expect(errorsOf({ name: 'x', 'name ': 'y' })).toEqual({
      'name ': expect.stringContaining('not an input'),
    });
  });
});

describe('a value that a definition declares as missing', () => {
  const { read } = compileRow(
    parseDefinition({
      name: 'p',
      inputs: {
        age: { type: 'number', missing: [-200, 'N/A'] },
        plan: { type: 'category', missing: ['-', 0, true] },
        paid: { type: 'date', missing: ['9999-12-31', '1970-01-01 00:00'] },
        note: { type: 'text', missing: ['none'], optional: false },
        old: { type: 'boolean', missing: ['?', 9] },
      },
      target: { name: 'y', type: 'label' },
    }),
  );
  test.each([
    [{ age: -200 }, 'age'],
    [{ age: 'N/A ' }, 'age'],
    [{ plan: ' - ' }, 'plan'],
    [{ plan: 0 }, 'plan'],
    [{ plan: '0' }, 'plan'],
    [{ plan: true }, 'plan'],
    [{ paid: '9999-12-31' }, 'paid'],
    [{ paid: '1970-01-01T00:00:00Z' }, 'paid'],
    [{ old: '?' }, 'old'],
    [{ old: 9 }, 'old'],
  ])('is missing: %j', (sent, name) => {
    expect(read({ note: 'x', ...sent }).row).toMatchObject({ [name]: null });
  });

  test('leaves others as they are, and refuses the row where the input is not optional', () => {
    expect(read({ note: 'x', age: -201, plan: '1', paid: '9999-12-30', old: true }).row).toEqual({
      note: 'x',
      age: -201,
      plan: '1',
      paid: '9999-12-30',
      old: true,
    });
    expect(read({ note: ' none' }).errors).toEqual([
      { field: 'note', message: 'is missing: send text of at most 1000 characters' },
    ]);
    expect(read({ note: 'x', age: 'n/a' }).errors?.[0]?.field).toBe('age');
  });
});

describe('a number', () => {
  test('whose squares no sum would hold is refused', () => {
    for (const age of [1e154, -1e200, 1.01e149]) {
      expect(errorsOf({ name: 'x', age }).age).toContain('between -1e149 and 1e149');
    }
    expect(reader.read({ name: 'x', age: -1e149 }).row?.age).toBe(-1e149);
  });

  test('beyond what a double holds is refused: 1e999 is read as Infinity', () => {
    expect(errorsOf(JSON.parse('{"name":"x","age":1e999}')).age).toBe(
      'must be a number; a number beyond 1.8e308 was sent',
    );
  });

  test('of minus zero is zero, as the database keeps it', () => {
    expect(Object.is(reader.read({ name: 'x', age: -0 }).row?.age, 0)).toBe(true);
  });
});

describe('a date', () => {
  test.each(['2024-02-29', '0001-01-01', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00.123456+02:00'])(
    '%s is taken as it is, and JavaScript can read it',
    (boarded) => {
      expect(reader.read({ name: 'x', boarded }).row?.boarded).toBe(boarded);
      expect(Date.parse(boarded)).not.toBeNaN();
    },
  );

  test.each([
    ['2026-11-20t23:59:59z', '2026-11-20T23:59:59Z'],
    ['2026-11-20 23:59:59', '2026-11-20T23:59:59Z'],
    ['2026-11-20T23:59', '2026-11-20T23:59:00Z'],
    ['2026-11-20 23:59:59+00', '2026-11-20T23:59:59+00:00'],
    ['2026-11-20 23:59:59.123456-0330', '2026-11-20T23:59:59.123456-03:30'],
    ['2026-11-20 23:59:59,5 +0100', '2026-11-20T23:59:59.5+01:00'],
    ['2026-11-20 23:59:59 UTC', '2026-11-20T23:59:59Z'],
    [' 2026-11-20\u00a0', '2026-11-20'],
  ])('%j, as a database or a program writes it, is kept as %s', (boarded, kept) => {
    expect(reader.read({ name: 'x', boarded }).row?.boarded).toBe(kept);
    expect(reader.read({ name: 'x', boarded: kept }).row?.boarded).toBe(kept);
    expect(Date.parse(kept)).not.toBeNaN();
  });

  test('of no form that is known is refused with the common form that it has', () => {
    expect(errorsOf({ name: 'x', boarded: '28/02/2026' }).boarded).toBe(
      'must be a date that exists, as "2026-02-28" or "2026-02-28T12:30:00Z"; the text "28/02/2026" was sent: declare "format": "dd/MM/yyyy" for such dates',
    );
    expect(errorsOf({ name: 'x', boarded: '03/04/2026' }).boarded).toContain(
      'declare "format": "dd/MM/yyyy" or "format": "MM/dd/yyyy" for such dates, whichever it is',
    );
    expect(errorsOf({ name: 'x', boarded: 'soon' }).boarded).toMatch(/was sent$/);
  });

  test.each([
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '2024-13-01',
    '2024-00-10',
    '2024-1-1',
    '20.11.2026',
    '2026-11-20T24:00:00Z',
    '2026-11-20T10:00:60Z',
    '2026-11-20T10:00:00+24:00',
    '2026-11-20 25:00:00+00',
    '2026-11-20T10',
    'infinity',
    '20261120',
    '',
  ])('%j is refused', (boarded) => {
    expect(errorsOf({ name: 'x', boarded }).boarded).toContain('a date that exists');
  });
});
