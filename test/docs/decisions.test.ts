import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from './pages.ts';

const folder = path.join(ROOT, 'docs/decisions');
const files = readdirSync(folder)
  .filter((name) => /^\d{4}-.*\.md$/.test(name))
  .sort();

test('the index of the decisions lists each of them once, in order', () => {
  const index = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const listed = [...index.matchAll(/\]\((\d{4}-[^)]+\.md)\)/g)].map(([, name]) => name);
  expect(listed).toEqual(files);
});

test('every decision is headed by its number', () => {
  const faults = files.filter(
    (name) => !readFileSync(path.join(folder, name), 'utf8').startsWith(`# ${name.slice(0, 4)}: `),
  );
  expect(faults).toEqual([]);
});
