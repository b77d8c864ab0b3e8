import { expect, test } from '@jest/globals';
import { PROBLEMS } from '../../../services/api/problem-codes.ts';
import { codesInDocs, codesInSources } from './error-codes.ts';

const inDocs = codesInDocs();
const inSources = new Map([
  ...codesInSources(),
  ...Object.keys(PROBLEMS).map((code) => [code, 'PROBLEMS'] as const),
]);

test('every error code of the sources stands in docs/reference/errors.md', () => {
  const missing = [...inSources]
    .filter(([code]) => !inDocs.has(code))
    .map(([code, file]) => `${code} (${file})`);
  expect(missing).toEqual([]);
});

test('every error code of docs/reference/errors.md is one that the sources make', () => {
  expect([...inDocs.keys()].filter((code) => !inSources.has(code))).toEqual([]);
});

test('the statuses of the docs are those of the answers', () => {
  const statuses = Object.entries(PROBLEMS).map(([code, { status }]) => [code, String(status)]);
  expect(statuses).toEqual(Object.keys(PROBLEMS).map((code) => [code, inDocs.get(code)]));
});
