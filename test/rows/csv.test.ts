import { describe, expect, test } from '@jest/globals';
import { readCsv } from '../../services/rows/csv.ts';
import { readJsonArray } from '../../services/rows/json-array.ts';
import { readNdjson } from '../../services/rows/ndjson.ts';
import { definition, endless, failure, readAll, searches } from './reading.ts';

const example = (line: number, query: string, age: number | null, target: string) => ({
  line,
  inputs: { age, query },
  target,
});

describe('a CSV file', () => {
  test('has its columns in any order; others are ignored and named once', async () => {
    const { rows, ignored } = await readAll(
      readCsv,
      'id,service,age,query,note,id\n1,Lab,30,labora,,1\n2,Scan,,x-ray,new,2\n',
    );
    expect(rows).toEqual([example(2, 'labora', 30, 'Lab'), example(3, 'x-ray', null, 'Scan')]);
    expect(ignored).toEqual(['id', 'note']);
  });

  test('may begin with a byte order mark, end its lines with CRLF or CR, and lack the last line break', async () => {
    const lines = ['\ufeffquery,age,service', 'labora,30,Lab', 'naïve \u{1F600},,Scan'];
    for (const end of ['\n', '\r\n', '\r']) {
      for (const last of ['', end]) {
        const { rows } = await readAll(readCsv, lines.join(end) + last);
        expect(rows).toEqual([example(2, 'labora', 30, 'Lab'), example(3, 'naïve \u{1F600}', null, 'Scan')]);
      }
    }
  });

  test('may hold line breaks, commas and doubled quotes in quotes; a row is named by the line where it starts', async () => {
    const { rows } = await readAll(
      readCsv,
      'query,age,service\r\n"a\r\nb, ""c""",1,"Lab"\r\n\r\n"",2,Scan\r\n"x",3,""\r\n5" pipe,4,Lab\n',
    );
    expect(rows).toEqual([
      example(2, 'a\r\nb, "c"', 1, 'Lab'),
      { line: 5, reason: expect.stringContaining('query is missing') },
      { line: 6, reason: expect.stringContaining('service is missing') },
      example(7, '5" pipe', 4, 'Lab'),
    ]);
  });

  test('loses only the rows that are ragged or hold bad cells, each with its reason', async () => {
    const { rows } = await readAll(
      readCsv,
      'query,age,service\nlabora,30\nlabora,30,Lab,more\nlabora,old,Lab\n"a"b,1,Lab\n,NaN,\nlabora,31,Lab\n',
    );
    expect(rows).toEqual([
      { line: 2, reason: 'has 2 cells where the header has 3' },
      {
        line: 3,
        reason: 'has 4 cells where the header has 3: put a cell that holds the separator into quotes',
      },
      { line: 4, reason: 'age must be a number; the text "old" was sent' },
      { line: 5, reason: expect.stringContaining('after a closing quote') },
      { line: 6, reason: expect.stringMatching(/^age must be .*; query is missing.*; service is missing/) },
      example(7, 'labora', 31, 'Lab'),
    ]);
  });

  test('loses one row to a line of a million characters', async () => {
    const { rows } = await readAll(
      readCsv,
      `query,age,service\n${'x'.repeat(1e6)},1,Lab\n"${'y\n'.repeat(5e5)}",2,Lab\nlabora,3,Lab\n`,
      50_000,
    );
    expect(rows).toEqual([
      { line: 2, reason: expect.stringContaining('longer than 262144 characters: shorten it') },
      { line: 3, reason: expect.stringContaining('longer than 262144 characters: shorten it') },
      example(500_004, 'labora', 3, 'Lab'),
    ]);
  });

  test('whose quote is never closed is refused without being held in memory', async () => {
    const before = process.memoryUsage().rss;
    const source = endless('query,age,service\n"', 'labora,1,Lab\n'.repeat(20_000), 400);
    const reading = (async () => {
      for await (const record of readCsv(source, searches)) expect(record).toBeUndefined();
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'csv_quote_unclosed',
      message: expect.stringContaining('line 2'),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(90e6);
  });
});

describe('a CSV file is refused as a whole', () => {
  test.each([
    ['import_empty', '', 'empty'],
    ['import_empty', '\n\r\n', 'empty'],
    ['csv_header_alone', 'query,service,age\n', 'no rows'],
    ['csv_column_missing', 'query,services,age\nlabora,Lab,1\n', '"service"'],
    ['csv_column_missing', 'query;service;age\nlabora;Lab;1\n', 'semicolons'],
    ['csv_column_doubled', 'query,service,age,query\na,b,1,c\n', '"query"'],
    ['csv_header_unreadable', '"query"x,service,age\na,b,1\n', 'closing quote'],
    ['import_nul_byte', 'query,service,age\na,b\0,1\n', 'line 2'],
  ])('%s: %j', async (code, file, says) => {
    expect(await failure(readCsv, file)).toMatchObject({ code, message: expect.stringContaining(says) });
  });

  test('when it is UTF-16 or Latin-1, saying which and where', async () => {
    const text = 'query,service,age\nlabora,Lab,1\nnaïve,Lab,1\n';
    const utf16 = await failure(readCsv, Buffer.from(text, 'utf16le'), 1);
    expect(utf16).toMatchObject({ code: 'import_not_utf8', message: expect.stringContaining('UTF-16') });
    const latin1 = await failure(readCsv, Buffer.from(text, 'latin1'), 1000);
    expect(latin1).toMatchObject({
      code: 'import_not_utf8',
      message: expect.stringContaining('line 3 ("naïve",'),
    });
    const cutOff = await failure(readCsv, Buffer.from('query,service,age\nna\xc3', 'latin1'));
    expect(cutOff).toMatchObject({ code: 'import_not_utf8' });
  });
});

describe('a header', () => {
  test.each([
    ['in quotes', '"query","age","service"'],
    ['with blanks around its names, and before its quotes', 'query , age,\t"service" '],
    ['behind two byte order marks', '\ufeff\ufeff"query",age,service'],
    ['with no-break spaces and characters of no width', '\u200bquery\u00a0,a\u2060ge,service\ufeff'],
    ['below empty lines and lines of nothing but separators', '\n\r\n,, ,\n"",""\nquery,age,service'],
    ['in UTF-16, as its mark says', Buffer.from('\ufeffquery,age,service\nx-ray ü,3,Scan\n', 'utf16le')],
  ])('%s is found', async (_name, header) => {
    const file = typeof header === 'string' ? `${header}\nx-ray ü,3,Scan\n` : header;
    for (const size of [1, 3, 1000]) {
      const { rows } = await readAll(readCsv, file, size);
      expect(rows.map(({ line: _line, ...row }) => row)).toEqual([
        { inputs: { query: 'x-ray ü', age: 3 }, target: 'Scan' },
      ]);
    }
  });

  test('may have an ö in two parts, and the predictor one in one', async () => {
    const german = definition({ größe: { type: 'text' } });
    const { rows } = await readAll(readCsv, 'gro\u0308ße,service\na,Lab\n', 3, {}, german);
    expect(rows).toEqual([{ line: 2, inputs: { größe: 'a' }, target: 'Lab' }]);
  });

  test('may have other names than the predictor, which says them', async () => {
    const asked = definition({ query: { type: 'text', column: 'What are you looking for? ' } }, 'Team');
    const file = 'query,Team,What are you looking for?\nx,Lab,labora\n';
    expect(await readAll(readCsv, file, 3, {}, asked)).toEqual({
      rows: [{ line: 2, inputs: { query: 'labora' }, target: 'Lab' }],
      ignored: ['query'],
    });
    const lacks = await failure(readCsv, 'query,service\na,b\n', 3, {}, asked);
    expect(lacks.errors.map(({ field }) => field)).toEqual(['query', 'service']);
    expect(lacks.message).toContain('no column "What are you looking for?", "Team"');
  });

  test('may have columns without names, as the index of a data frame: they are counted, not named', async () => {
    const { rows, ignored } = await readAll(
      readCsv,
      ',query,service,age,,\n0,labora,Lab,30,,\n1,x-ray,Scan,,\n',
    );
    expect(rows).toEqual([example(2, 'labora', 30, 'Lab'), example(3, 'x-ray', null, 'Scan')]);
    expect(ignored).toEqual(['(3 without a name)']);
  });

  test('that spells a name otherwise is refused with what it held, what was meant, and both ways out', async () => {
    const error = await failure(readCsv, 'QUERY,Age ,servcie,Größe\nlabora,1,Lab,x\n');
    expect(error.message).toContain('no column "age", "query", "service"');
    expect(error.message).toContain('holds "QUERY", "Age", "servcie", "Größe"');
    expect(error.errors).toContainEqual({
      field: 'service',
      message: expect.stringMatching(/did you mean "servcie"\? .*"column": "servcie"/),
    });
    expect(error.errors.map(({ message }) => /did you mean "(\w+)"/.exec(message)?.[1])).toEqual([
      'Age',
      'QUERY',
      'servcie',
    ]);
  });

  test('that was encoded twice is told as that', async () => {
    const german = definition({ größe: { type: 'text' } });
    const { errors } = await failure(readCsv, 'grÃ¶ÃŸe,service\na,Lab\n', 3, {}, german);
    expect(errors).toEqual([{ field: 'größe', message: expect.stringContaining('encoded again') }]);
  });

  test('of which two columns look the same is refused where the predictor needs one of them', async () => {
    const twice = await failure(readCsv, 'query,query\u200b,service,age\na,b,c,1\n');
    expect(twice).toMatchObject({ code: 'csv_column_doubled', message: expect.stringContaining('"query"') });
    const { ignored } = await readAll(readCsv, 'query,note,note ,service,age\na,b,c,d,1\n');
    expect(ignored).toEqual(['note']);
  });

  test.each([
    [
      'a title',
      'Export of June\n\nquery,age,service\nlabora,1,Lab\n',
      /holds "Export of June", and line 3 names the columns: take away/,
    ],
    [
      'a comment',
      '# by hand\nquery,age,service\nlabora,1,Lab\n',
      /"# by hand", and line 2 names the columns/,
    ],
    [
      'a title, parted by semicolons',
      'June;;\nquery;age;service\n',
      /line 2 names the columns, parted by semicolons.*--separator ';'/,
    ],
    ['nothing, as rows alone', 'labora,1,Lab\nx-ray,2,Scan\n', /holds "labora", "1", "Lab"/],
  ])('that stands below %s is refused, saying where it is and what to do', async (_name, file, says) => {
    expect(await failure(readCsv, file)).toMatchObject({
      code: 'csv_column_missing',
      message: expect.stringMatching(says),
    });
  });
});

describe('a row', () => {
  test('may end in separators, whatever the header has', async () => {
    const { rows } = await readAll(readCsv, 'query,age,service\nlabora,30,Lab,,\nx-ray,,Scan, ,""\n');
    expect(rows).toEqual([example(2, 'labora', 30, 'Lab'), example(3, 'x-ray', null, 'Scan')]);
  });

  test('of nothing but separators and blanks is none', async () => {
    const { rows } = await readAll(readCsv, 'query,age,service\nlabora,30,Lab\n,,\n  \n"", ,\nTotal: 1\n');
    expect(rows).toEqual([
      example(2, 'labora', 30, 'Lab'),
      { line: 6, reason: 'has 1 cell where the header has 3' },
    ]);
  });

  test('whose decimal comma lacks quotes is rejected, also where its last cell is empty', async () => {
    const prices = definition({ item: { type: 'text' }, price: { type: 'number' } }, undefined, 'note');
    const file = 'item,price,service,note\npen,12,5,Lab,\npen,12,5,Lab,x\npen,12,Lab,,\npen,12.5,5,,\n';
    const { rows } = await readAll(readCsv, file, 3, {}, prices);
    expect(rows).toEqual([
      { line: 2, reason: expect.stringContaining('price may be 12,5') },
      { line: 3, reason: expect.stringContaining('has 5 cells where the header has 4') },
      { line: 4, inputs: { item: 'pen', note: null, price: 12 }, target: 'Lab' },
      { line: 5, inputs: { item: 'pen', note: null, price: 12.5 }, target: '5' },
    ]);
  });

  test('may have blanks before a quote and behind the closing one, which are no part of the cell', async () => {
    const { rows } = await readAll(
      readCsv,
      'query,age,service\n "a, b" ,1,\t"Lab"\r\n  "c\r\n" , 2,"Lab" x\n',
    );
    expect(rows).toEqual([
      example(2, 'a, b', 1, 'Lab'),
      { line: 3, reason: expect.stringContaining('after a closing quote') },
    ]);
    const plain = await readAll(readCsv, 'query,age,service\n 5" pipe ,1,Lab\n');
    expect(plain.rows).toMatchObject([{ inputs: { query: expect.stringMatching(/^ ?5" pipe ?$/) } }]);
  });
});

describe('what parts the cells', () => {
  const rows = [example(3, 'labora, or so', 1234.5, 'Lab'), example(4, 'x;ray', null, 'Scan')];
  const german = 'query;age;service\nlabora, or so;1.234,5;Lab\n"x;ray";;Scan\n';

  test('is what the first line says, as Excel has it', async () => {
    for (const line of ['sep=;\r\n', '\ufeffsep=;\n', '"sep=;"\r', 'SEP=;;;\n']) {
      const read = await readAll(readCsv, line + german, 2, { dialect: { decimal: ',' } });
      expect(read.rows).toEqual(rows);
    }
    const comma = await readAll(readCsv, 'sep=,\nquery,age,service\na,1,Lab\n');
    expect(comma.rows).toEqual([example(3, 'a', 1, 'Lab')]);
    expect(await failure(readCsv, 'sep=#\nquery#age#service\n')).toMatchObject({
      code: 'csv_header_unreadable',
      message: expect.stringContaining('declares "#"'),
    });
  });

  test.each([';', '\t', '|'] as const)('may be said: %j', async (separator) => {
    const file = `\n${german.replaceAll(';', separator)}`;
    const read = await readAll(readCsv, file, 2, { dialect: { separator, decimal: ',' } });
    expect(read.rows).toEqual([rows[0], example(4, `x${separator}ray`, null, 'Scan')]);
  });

  test.each([
    [';', "--separator ';', or ?separator=%3B"],
    ['\t', '--separator tab, or ?separator=tab'],
    ['|', "--separator '|', or ?separator=%7C"],
  ])(
    'is never guessed: with %j the file is refused, and the message says what to declare',
    async (separator, says) => {
      const file = german.replaceAll(';', separator);
      expect(await failure(readCsv, file)).toMatchObject({
        code: 'csv_column_missing',
        message: expect.stringContaining(says),
      });
      expect((await failure(readCsv, 'a,b\n1,2\n', 3, { dialect: { separator: ';' } })).message).toContain(
        'commas',
      );
    },
  );
});

describe('a decimal comma', () => {
  const read = async (cell: string, decimal?: ',' | '.') => {
    const dialect = decimal === undefined ? {} : { decimal };
    const { rows } = await readAll(readCsv, `query,age,service\na,"${cell}",Lab\n`, 50, { dialect });
    const [row] = rows;
    return row?.reason ?? row?.inputs?.age;
  };

  test.each([
    ['12,5', 12.5],
    [' -12,50 ', -12.5],
    ['1.234,5', 1234.5],
    ['1.234.567', 1_234_567],
    ['1 234 567,25', 1_234_567.25],
    ['1\u202f234,5', 1234.5],
    ["1'234,5", 1234.5],
    ['1234', 1234],
    ['', null],
  ])('that is declared makes %j %d', async (cell, value) => {
    expect(await read(cell, ',')).toBe(value);
  });

  test.each([
    ['1.234', 'write 1,234 or 1234'],
    ['1.5', 'write 1,5'],
    ['1,234.5', 'must be a number'],
    ['1.23,4', 'must be a number'],
    ['1,2,3', 'must be a number'],
  ])('that is declared makes nothing of %j, which may be another number', async (cell, says) => {
    expect(await read(cell, ',')).toContain(says);
  });

  test.each(['12,5', '1.234,5', '1,234'])(
    'that is not declared makes nothing of %j, and the reason says how to',
    async (cell) => {
      for (const decimal of [undefined, '.'] as const)
        expect(await read(cell, decimal)).toContain("--decimal ','");
    },
  );
});

describe('a file of another format is refused with what it is and what to send', () => {
  test.each([
    [
      'an Excel workbook',
      Buffer.from('PK\u0003\u0004\u0014\0\u0006\0', 'latin1'),
      'save the sheet as "CSV UTF-8"',
    ],
    ['JSON', '[{"query":"labora","service":"Lab"}]', '--format json'],
    ['a web page', '\n<!DOCTYPE html>\n<html><title>Sign in</title>', 'sign-in page'],
    ['a table of a web page', '<table><tr><td>', 'web page'],
    ['XML', '<?xml version="1.0"?><rows/>', 'XML'],
    ['PDF', '%PDF-1.7\n', 'PDF'],
    ['Parquet', Buffer.from('PAR1\u0015\u0004\u0015', 'latin1'), 'Parquet'],
    ['bzip2', Buffer.from('BZh91AY&SY\u0001', 'latin1'), 'bzip2'],
  ])('%s', async (_name, file, says) => {
    for (const read of says === '--format json' ? [readCsv] : [readCsv, readNdjson, readJsonArray]) {
      expect(await failure(read, file)).toMatchObject({
        code: 'import_other_format',
        message: expect.stringContaining(says),
      });
    }
  });
});
