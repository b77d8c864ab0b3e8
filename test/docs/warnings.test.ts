import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { WARNINGS } from '../../services/ml/warning.ts';
import { ROOT } from './pages.ts';

const page = readFileSync(path.join(ROOT, 'docs/reference/warnings.md'), 'utf8');

test('docs/reference/warnings.md says of every code when it is told and what to do, and of no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| ([^|]+) \| ([^|]+) \|$/gm)];
  expect(rows.map(([, code]) => code).sort()).toEqual([...WARNINGS].sort());
});
