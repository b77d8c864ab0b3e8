import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from './pages.ts';

/** Folders that hold what others made, or what is made of ours. */
const NOT_OURS = ['node_modules', 'cdk.out'];

test('the table of the house in CONTRIBUTING names every room, and no other', () => {
  const page = readFileSync(path.join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const table = page.slice(page.indexOf('## The house'), page.indexOf('Imports go one way'));
  const named = [...table.matchAll(/^\| `([\w/.-]+\/)` \|/gm)].map(([, room]) => room);
  const folders = (pattern: string) =>
    globSync(pattern, { cwd: ROOT, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const rooms = [
    ...folders('*')
      .filter((name) => name !== 'services' && !NOT_OURS.includes(name))
      .map((name) => `${name}/`),
    ...folders('services/*').map((name) => `services/${name}/`),
  ];
  expect(named.toSorted()).toEqual(rooms.toSorted());
});
