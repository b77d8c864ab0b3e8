import { expect, test } from '@jest/globals';
import { RecentAnswers, recentAnswers } from '../../../services/serving/recent-answers.ts';

const answerTo = (query: string) => `the answer to ${query}`;

function filled(queries: readonly string[]): RecentAnswers {
  const recent = new RecentAnswers('query');
  for (const query of queries) recent.set({ query }, answerTo(query));
  return recent;
}

test('the answer to a text is kept, whoever asks again', () => {
  const recent = filled(['my tooth', 'my knee', '']);
  for (const query of ['my tooth', 'my knee', '']) expect(recent.get({ query })).toBe(answerTo(query));
  expect(recent.get({ query: 'my toot' })).toBeUndefined();
});

test('of fifty thousand texts none ever gets the answer to another, and a good part of the last thousand is kept', () => {
  const queries = Array.from({ length: 50_000 }, (_, n) => `query number ${n}`);
  const recent = filled(queries);
  const found = queries.filter((query) => recent.get({ query }) !== undefined);
  for (const query of found) expect(recent.get({ query })).toBe(answerTo(query));
  expect(found.length).toBeLessThanOrEqual(8_192);
  expect(found.filter((query) => queries.indexOf(query) >= 49_000).length).toBeGreaterThan(850);
});

test('a long text is not kept, nor is what is no text', () => {
  const long = 'x'.repeat(65);
  const recent = filled([long]);
  expect(recent.get({ query: long })).toBeUndefined();
  recent.set({ query: null }, 'none');
  expect(recent.get({ query: null })).toBeUndefined();
});

test('only predictors of one text or category have any', () => {
  const query = { type: 'text', maxLength: 255, optional: false } as const;
  const size = { type: 'number', optional: false } as const;
  expect(recentAnswers({ inputs: { query } })).not.toBeNull();
  expect(recentAnswers({ inputs: { size } })).toBeNull();
  expect(recentAnswers({ inputs: { query, size } })).toBeNull();
});
