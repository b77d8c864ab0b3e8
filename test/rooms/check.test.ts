import { globSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/folder.ts';
import { faults } from './check.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function tree(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder.path, name)), { recursive: true });
    await writeFile(path.join(folder.path, name), text);
  }
  return folder.path;
}

const ROOMS = { low: [], high: ['low'] };

describe('the check of imports between rooms', () => {
  test('says nothing of a room that imports what it may', async () => {
    const root = await tree({ 'low/a.ts': '', 'high/b.ts': "import { a } from '../low/a.ts';" });
    expect(faults(root, ROOMS)).toEqual([]);
  });

  test.each([
    ["import type { B } from '../high/b.ts';"],
    ["const b = await import('../high/b.ts');"],
    ["import '../high/b.ts';"],
    ["export * from '../high/b.ts';"],
  ])('names the line of %s in a room below', async (line) => {
    const root = await tree({ 'low/a.ts': `\n${line}`, 'high/b.ts': '' });
    expect(faults(root, ROOMS)).toEqual(['low/a.ts:2 imports high/b.ts: low may import of ours nothing.']);
  });

  test('names a room of the table that is no folder', async () => {
    const root = await tree({ 'low/a.ts': '' });
    expect(faults(root, ROOMS)).toEqual(['services/rooms.json names high, which is no folder.']);
  });

  test('finds a circle of folders, though no file is in one', async () => {
    const root = await tree({
      'low/x/one.ts': "import '../y/deep/two.ts';",
      'low/y/deep/two.ts': '',
      'low/y/three.ts': "import '../z/four.ts';",
      'low/z/four.ts': "import '../x/five.ts';",
      'low/x/five.ts': '',
      'high/b.ts': '',
    });
    const [fault, ...others] = faults(root, ROOMS);
    expect(others).toEqual([]);
    for (const step of ['low/x/one.ts:1', 'low/y/three.ts:1', 'low/z/four.ts:1'])
      expect(fault).toContain(step);
  });

  test('finds a circle of files', async () => {
    const root = await tree({
      'low/a.ts': "import './b.ts';",
      'low/b.ts': "import './a.ts';",
      'high/b.ts': '',
    });
    expect(faults(root, ROOMS)).toEqual([expect.stringContaining('low/a.ts imports low/b.ts (low/a.ts:1)')]);
  });
});

test('every path that the linter is configured for is there', () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const { overrides } = JSON.parse(readFileSync(path.join(root, 'biome.json'), 'utf8'));
  const named: string[] = overrides.flatMap(({ includes }: { includes: string[] }) => includes);
  const missing = named.filter(
    (pattern) =>
      globSync(pattern.replace(/^!/, ''), { cwd: root, exclude: ['**/node_modules'] }).length === 0,
  );
  expect(missing).toEqual([]);
});
