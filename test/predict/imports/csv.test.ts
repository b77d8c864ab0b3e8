import { describe, expect, test } from '@jest/globals';
import { readCsv } from '../../../services/predict/imports/csv.ts';
import { endless, failure, readAll, searches } from './reading.ts';

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
      { line: 3, reason: 'has 4 cells where the header has 3' },
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
      { line: 2, reason: expect.stringContaining('longer than 262144 characters') },
      { line: 3, reason: expect.stringContaining('longer than 262144 characters') },
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
    const utf16 = await failure(readCsv, Buffer.from(`\ufeff${text}`, 'utf16le'), 1);
    expect(utf16).toMatchObject({ code: 'import_not_utf8', message: expect.stringContaining('UTF-16') });
    const latin1 = await failure(readCsv, Buffer.from(text, 'latin1'), 1000);
    expect(latin1).toMatchObject({ code: 'import_not_utf8', message: expect.stringContaining('line 3') });
    const cutOff = await failure(readCsv, Buffer.from('query,service,age\nna\xc3', 'latin1'));
    expect(cutOff).toMatchObject({ code: 'import_not_utf8' });
  });
});
