import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { DirectoryStore } from '../../services/model-store/index.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { startProcess } from '../support/process.ts';
import { describeWhere, memoryDisks } from '../support/requirement.ts';
import { killInMidPut } from './killed-in-mid-put.ts';
import { anObjectStore } from './object-store.contract.ts';

const folders: TemporaryFolder[] = [];

async function folder(): Promise<string> {
  const made = await temporaryFolder();
  folders.push(made);
  return made.path;
}

afterAll(async () => {
  for (const made of folders) await made.remove();
});

/** To root no folder is closed: as root we are somebody else for a moment. */
async function asSomebodyElse(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

anObjectStore('a directory', async () => new DirectoryStore(await folder()));

describe('a directory', () => {
  test('leaves nothing beside its objects', async () => {
    const place = await folder();
    const store = new DirectoryStore(place);
    await store.put('a/x', Buffer.from('1'), { ifNoneMatch: '*' });
    await store.put('a/x', Buffer.from('2'), { ifNoneMatch: '*' }).catch(() => {});
    await store.put('a/x', Buffer.from('2'), { ifMatch: '"no"' }).catch(() => {});
    expect(await readdir(path.join(place, 'a'))).toEqual(['x']);
  });

  test('a half-written file that a crash left is no object', async () => {
    const place = await folder();
    const store = new DirectoryStore(place);
    await store.put('a/x', Buffer.from('1'));
    await writeFile(path.join(place, 'a', 'x.partial-left'), 'half');
    const keys: string[] = [];
    for await (const key of store.list('')) keys.push(key);
    expect(keys).toEqual(['a/x']);
  });

  test('processes that are killed in mid-put leave the object before or the one after, never half of one', async () => {
    const place = await folder();
    await killInMidPut(new DirectoryStore(place), { folder: place }, 3);
  });

  test('is opened without what a process that was killed left half written an hour ago, or before', async () => {
    const place = await folder();
    const partials = async () => (await readdir(place)).filter((name) => name.includes('.partial-'));
    while ((await partials()).length === 0)
      await killInMidPut(new DirectoryStore(place), { folder: place }, 1);
    const hoursAgo = (hours: number) => Date.now() / 1_000 - hours * 3_600;
    const age = async (name: string, hours: number) =>
      utimes(path.join(place, name), hoursAgo(hours), hoursAgo(hours));
    const [left = ''] = await partials();
    await DirectoryStore.open(place);
    await age(left, 0.99);
    await DirectoryStore.open(place);
    expect(await partials()).toContain(left);
    await age(left, 1.01);
    const store = await DirectoryStore.open(place);
    expect(await partials()).not.toContain(left);
    expect(await store.get('whole')).not.toBeNull();
  });

  test('is opened without taking anything from a process that runs, nor what is no part of an object', async () => {
    const place = await folder();
    const writer = startProcess({ command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] });
    const of = (owner: string) => `x.partial-${owner}${randomUUID()}`;
    const living = of(`${writer.pid}-`);
    const [ownerless, olderOwnerless] = [of(''), of('')];
    // As the container before us left it, in which we have the same number.
    const before = of(`${process.pid}-`);
    const others = ['x', 'x.partial-lock', 'x.partial-left'];
    for (const name of [living, ownerless, olderOwnerless, before, ...others]) {
      await writeFile(path.join(place, name), 'half');
      await utimes(path.join(place, name), 0, name === ownerless ? Date.now() / 1_000 - 7_200 : 0);
    }
    await DirectoryStore.open(place);
    expect((await readdir(place)).sort()).toEqual([...others, living, ownerless].sort());
    await writer.kill();
    await DirectoryStore.open(place);
    expect((await readdir(place)).sort()).toEqual([...others, ownerless].sort());
    await DirectoryStore.open(path.join(place, 'nothing here'));
  });

  test('a lock that a dead process left is taken over, by one of many that swap at once', async () => {
    const place = await folder();
    const store = new DirectoryStore(place);
    const lock = path.join(place, 'x.partial-lock');
    for (let round = 0; round < 10; round++) {
      const { etag } = await store.put('x', Buffer.from(`before ${round}`));
      await writeFile(lock, 'a process that died');
      await utimes(lock, 0, 0);
      const swaps = Array.from({ length: 32 }, (_, n) =>
        store.put('x', Buffer.from(`${round} ${n}`), { ifMatch: etag }).then(
          () => 1,
          () => 0,
        ),
      );
      expect((await Promise.all(swaps)).reduce<number>((sum, won) => sum + won, 0)).toBe(1);
      expect(await readdir(place)).toEqual(['x']);
    }
  });

  test('lists without reading folders that the prefix leaves out', async () => {
    const place = await folder();
    const store = new DirectoryStore(place);
    await store.put('models/m', Buffer.from('1'));
    await store.put('spool/s', Buffer.from('1'));
    for (const open of [place, path.join(place, 'models')]) await chmod(open, 0o755);
    const closed = path.join(place, 'spool');
    await chmod(closed, 0);
    const listed = async (prefix: string) => {
      const keys: string[] = [];
      for await (const key of store.list(prefix)) keys.push(key);
      return keys;
    };
    await asSomebodyElse(async () => {
      expect(await listed('models/')).toEqual(['models/m']);
      await expect(listed('')).rejects.toMatchObject({ code: 'store_denied' });
    });
    await chmod(closed, 0o755);
  });

  test('lists folders as it comes to them', async () => {
    const store = new DirectoryStore(await folder());
    await store.put('a/1', Buffer.from('1'));
    const keys: string[] = [];
    for await (const key of store.list('')) {
      keys.push(key);
      if (key === 'a/1') await store.put('b/1', Buffer.from('1'));
    }
    // The root's own names were read before; what lies below them was not.
    await store.put('b/2', Buffer.from('1'));
    for await (const key of store.list('')) {
      keys.push(key);
      if (key === 'a/1') await store.put('b/0', Buffer.from('1'));
    }
    expect(keys).toEqual(['a/1', 'a/1', 'b/0', 'b/1', 'b/2']);
  });
});

describeWhere(memoryDisks(), 'a directory on a disk', () => {
  const remount = (place: string, how: string) => execFileSync('mount', ['-o', `remount,${how}`, place]);

  async function onDisk(work: (place: string, store: DirectoryStore) => Promise<void>): Promise<void> {
    const place = await folder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', place]);
    try {
      await work(place, new DirectoryStore(place));
    } finally {
      execFileSync('umount', [place]);
    }
  }

  test('that is full says so and writes nothing, keeps what it has, and writes again once there is room', async () => {
    await onDisk(async (place, store) => {
      const small = Buffer.alloc(1_000, 'a');
      const { etag } = await store.put('a/x', small);
      const large = Buffer.alloc(400_000, 'b');
      for (const precondition of [undefined, { ifMatch: etag }, { ifNoneMatch: '*' }] as const) {
        await expect(store.put('a/x', large, precondition)).rejects.toMatchObject({
          code: 'store_full',
          message: expect.stringMatching(/Could not write .*a\/x: the disk is full/),
        });
      }
      expect(await store.get('a/x')).toMatchObject({ etag });
      expect(await readdir(path.join(place, 'a'))).toEqual(['x']);
      remount(place, 'size=2m');
      const written = await store.put('a/x', large, { ifMatch: etag });
      expect(await store.get('a/x', { ifNoneMatch: written.etag })).toBe('unchanged');
    });
  });

  test('that is mounted read-only says so, and can be read', async () => {
    await onDisk(async (place, store) => {
      const { etag } = await store.put('x', Buffer.from('1'));
      remount(place, 'ro');
      const refused = { code: 'store_denied', message: expect.stringContaining('read-only') };
      await expect(store.put('x', Buffer.from('2'))).rejects.toMatchObject(refused);
      await expect(store.put('new/y', Buffer.from('2'))).rejects.toMatchObject(refused);
      await expect(store.delete('x')).rejects.toMatchObject(refused);
      expect(await store.get('x')).toMatchObject({ etag });
    });
  });
});

describe('a directory that is closed to us', () => {
  test('says so', async () => {
    const place = await folder();
    await chmod(place, 0o500);
    await asSomebodyElse(async () => {
      const put = new DirectoryStore(place).put('x', Buffer.from('1'));
      await expect(put).rejects.toMatchObject({ code: 'store_denied' });
    });
    await chmod(place, 0o700);
  });
});
