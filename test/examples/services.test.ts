import { describe, expect, test } from '@jest/globals';
import { countBy, type ReadRow, rowsOf, textOf } from './example.ts';

const rows = rowsOf('services');
const later = rowsOf('services', 'new-rows.csv');

const query = (row: ReadRow) => String(row.inputs.query);
const lower = (row: ReadRow) => query(row).toLowerCase();
const wordsOf = (row: ReadRow) => lower(row).split(' ');

describe('the services example', () => {
  test('knows exactly twenty services, each from 18 to 25 searches', () => {
    const perService = countBy(rows, (row) => row.target);
    expect(perService.size).toBe(20);
    for (const [service, searches] of perService) {
      expect({ service, enough: searches >= 18 && searches <= 25 }).toEqual({ service, enough: true });
    }
  });

  test('has at least 420 searches, enough for a first model that is clearly good', () => {
    expect(rows.length).toBeGreaterThanOrEqual(420);
  });

  test('has searches as people type them: fragments, several words, capitals', () => {
    const words = [...new Set(rows.flatMap(wordsOf))];
    const begins = (part: string) => words.some((word) => word !== part && word.startsWith(part));
    expect(rows.map(lower).filter(begins).length).toBeGreaterThan(20);
    expect(rows.filter((row) => wordsOf(row).length >= 3).length).toBeGreaterThan(50);
    expect(rows.filter((row) => query(row) !== lower(row)).length).toBeGreaterThan(20);
  });

  test('has some searches that truly mean two services, so no model can be right about all', () => {
    const ambiguous = [...countBy(rows, lower)].filter(([, services]) => services > 1);
    expect(ambiguous.map(([search]) => search).sort()).toEqual([
      'blood sugar test',
      'checkup',
      'cholesterol',
      'pregnancy test',
      'ultrasound',
    ]);
  });
});

describe('the later searches', () => {
  test('are a hundred, which is when a retraining is asked for', () => {
    expect(later).toHaveLength(100);
  });

  test('bring no service that the first rows lack', () => {
    const known = new Set(rows.map((row) => row.target));
    expect(later.filter((row) => !known.has(row.target))).toEqual([]);
  });

  test('bring no search that the first rows have, so that the champion has never seen them', () => {
    const known = new Set(rows.map(lower));
    expect(later.map(lower).filter((search) => known.has(search))).toEqual([]);
  });

  test('mostly hold words that stand nowhere in the first rows', () => {
    const known = new Set(rows.flatMap(wordsOf));
    const fresh = later.filter((row) => wordsOf(row).some((word) => !known.has(word)));
    expect(fresh.length).toBeGreaterThan(50);
  });

  test('need no quoting, since the README reads them with a shell', () => {
    expect(textOf('services/new-rows.csv')).toMatch(/^(?:[\w -]+,[\w -]+\n)+$/);
  });
});
