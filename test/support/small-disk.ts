import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Requirement } from './requirement.ts';
import { FILES } from './skipped.ts';

/** A disk of a few MB, to be filled to the last byte and emptied again. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves no room for a single byte, or `left` bytes. */
  fill(left?: number): Promise<void>;
  /** Room again. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

/** The right to mount a file system. */
export function mounts(): Requirement {
  const run = `sudo npm test -- ${FILES}`;
  if (process.platform !== 'linux') return { missing: 'a tmpfs to mount', run };
  const folder = mkdtempSync(path.join(os.tmpdir(), `hundredfold-mount-${process.pid}-`));
  try {
    mount(folder, 1);
    unmount(folder);
    return { missing: null, run };
  } catch {
    return { missing: 'the right to mount, as root has it', run };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Mounts an empty disk of so many MB on `folder`, which is made where it is missing. */
export function smallDisk(folder: string, megabytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true });
  mount(folder, megabytes);
  const filler = path.join(folder, '.filler');
  return {
    folder,
    async fill(left = 0) {
      const handle = await open(filler, 'a');
      const block = Buffer.alloc(65_536);
      try {
        for (let size = block.length; size > 0; ) {
          const { bytesWritten } = await handle.write(block, 0, size).catch(() => ({ bytesWritten: 0 }));
          if (bytesWritten < size) size = Math.floor(size / 2);
        }
        if (left > 0) await handle.truncate(Math.max(0, (await handle.stat()).size - left));
      } finally {
        await handle.close();
      }
    },
    free: () => rm(filler, { force: true }),
    remove: async () => unmount(folder),
  };
}

function mount(folder: string, megabytes: number): void {
  run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder]);
}

/** Also while somebody still has a file of it open. */
function unmount(folder: string): void {
  run('umount', ['--lazy', folder]);
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 10_000 });
}
