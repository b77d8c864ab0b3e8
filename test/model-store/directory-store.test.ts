import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { DirectoryStore } from '../../services/model-store/index.ts';
import { anObjectStore } from './object-store.contract.ts';

const folders: string[] = [];

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(os.tmpdir(), 'hundredfold-store-'));
  folders.push(made);
  return made;
}

afterAll(async () => {
  for (const made of folders) await rm(made, { recursive: true, force: true });
});

anObjectStore('a directory', async () => new DirectoryStore(await folder()));

describe('a directory', () => {
  test('leaves nothing beside its objects', async () => {
    const root = await folder();
    const store = new DirectoryStore(root);
    await store.put('a/x', Buffer.from('1'), { ifNoneMatch: '*' });
    await store.put('a/x', Buffer.from('2'), { ifNoneMatch: '*' }).catch(() => {});
    await store.put('a/x', Buffer.from('2'), { ifMatch: '"no"' }).catch(() => {});
    expect(await readdir(path.join(root, 'a'))).toEqual(['x']);
  });

  test('a half-written file that a crash left is no object', async () => {
    const root = await folder();
    const store = new DirectoryStore(root);
    await store.put('a/x', Buffer.from('1'));
    await writeFile(path.join(root, 'a', 'x.partial-left'), 'half');
    const keys: string[] = [];
    for await (const key of store.list('')) keys.push(key);
    expect(keys).toEqual(['a/x']);
  });
});
