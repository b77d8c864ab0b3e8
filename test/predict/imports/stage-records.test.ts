import { describe, expect, test } from '@jest/globals';
import { stageRecords } from '../../../services/predict/imports/stage-records.ts';
import type { FileRow } from '../../../services/rows/file-row.ts';
import { RowFileError } from '../../../services/rows/row-file.error.ts';

/** A store that takes as long as it is told, and notes what happens. */
function slowStore(milliseconds: number, fails = false) {
  const seen = { read: 0, storing: 0, batches: [] as { rows: number; readMeanwhile: number }[] };
  const stage = async (_: string, rows: readonly object[]) => {
    expect(++seen.storing).toBe(1);
    const before = seen.read;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    seen.storing--;
    seen.batches.push({ rows: rows.length, readMeanwhile: seen.read - before });
    if (fails) throw new Error('the database is away');
  };
  return { seen, database: { imports: { stage } } };
}

/** So many rows, and then perhaps a fault of the file. */
function rowsOf(count: number, seen: { read: number }, fault?: RowFileError) {
  async function* rows(): AsyncGenerator<FileRow> {
    for (let line = 2; line < count + 2; line++) {
      seen.read++;
      yield { line, inputs: { query: `q${line}` }, target: 'Lab' };
    }
    if (fault !== undefined) throw fault;
  }
  return { ignoredColumns: [], [Symbol.asyncIterator]: rows };
}

const broken = new RowFileError(
  'csv_quote_unclosed',
  'The quote opened in line 2 is never closed: close it.',
);

describe('the rows of a file', () => {
  test('are read while the database stores those before them, and no further than one batch ahead', async () => {
    const { seen, database } = slowStore(50);
    const { staged, lastLine } = await stageRecords(database, 'import', rowsOf(3_500, seen));
    expect({ staged, lastLine }).toEqual({ staged: 3_500, lastLine: 3_501 });
    expect(seen.batches).toEqual([
      { rows: 1_000, readMeanwhile: 1_000 },
      { rows: 1_000, readMeanwhile: 1_000 },
      { rows: 1_000, readMeanwhile: 500 },
      { rows: 500, readMeanwhile: 0 },
    ]);
  });

  test('that end in a fault are given up when nothing is being stored any more', async () => {
    const { seen, database } = slowStore(50);
    await expect(stageRecords(database, 'import', rowsOf(1_500, seen, broken))).rejects.toBe(broken);
    expect(seen).toMatchObject({ read: 1_500, storing: 0 });
  });

  test('are given up for the failure of the database, also where the file has a fault, too', async () => {
    for (const fault of [undefined, broken]) {
      const { seen, database } = slowStore(10, true);
      const staging = stageRecords(database, 'import', rowsOf(1_500, seen, fault));
      await expect(staging).rejects.toThrow('the database is away');
      expect(seen.batches).toHaveLength(1);
    }
  });
});
