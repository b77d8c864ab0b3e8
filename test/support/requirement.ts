import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe } from '@jest/globals';
import { SKIPPED_FOR } from './skipped.ts';

/** Something that a machine may lack. `missing` says so in a few words, or is null where it is there. */
export interface Requirement {
  readonly missing: string | null;
}

/** A `describe` that is skipped where something is missing, and says in its name what. */
export function describeWhere(requirement: Requirement, name: string, body: () => void): void {
  if (requirement.missing === null) describe(name, body);
  else describe.skip(`${name}${SKIPPED_FOR}${requirement.missing}`, body);
}

/** The folder of public data sets that `HUNDREDFOLD_TEST_DATA` names. */
export function testData(): Requirement & { readonly folder: string } {
  const folder = process.env.HUNDREDFOLD_TEST_DATA ?? '';
  if (folder === '') return { missing: 'HUNDREDFOLD_TEST_DATA is not set', folder };
  return { missing: existsSync(folder) ? null : `HUNDREDFOLD_TEST_DATA: there is no ${folder}`, folder };
}

/** A container engine that answers. */
export function containerEngine(): Requirement {
  return { missing: answers('docker', ['info']) ? null : 'no container engine answers' };
}

/** The same, with its command for several containers. */
export function compose(): Requirement {
  const engine = containerEngine();
  if (engine.missing !== null) return engine;
  return { missing: answers('docker', ['compose', 'version']) ? null : 'docker compose is not installed' };
}

/** The program of an S3 server, versitygw, that `HUNDREDFOLD_TEST_S3_SERVER` names. */
export function s3Server(): Requirement & { readonly program: string } {
  const program = process.env.HUNDREDFOLD_TEST_S3_SERVER ?? '';
  if (program === '') return { missing: 'HUNDREDFOLD_TEST_S3_SERVER is not set', program };
  return {
    missing: existsSync(program) ? null : `HUNDREDFOLD_TEST_S3_SERVER: there is no ${program}`,
    program,
  };
}

/** A Chromium for the pages' tests. */
export function chromium(): Requirement & { readonly executable: string } {
  const named = process.env.HUNDREDFOLD_TEST_CHROMIUM ?? '';
  const executable = [named, ...CHROMIUMS].find((file) => file !== '' && existsSync(file)) ?? '';
  return {
    missing: executable === '' ? 'no Chromium (HUNDREDFOLD_TEST_CHROMIUM names one)' : null,
    executable,
  };
}

const CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Root, to whom no folder is closed and who may become others. */
export function root(): Requirement {
  return { missing: process.geteuid?.() === 0 ? null : 'not run as root' };
}

/** The right to mount a disk in memory, which can be full or read-only. */
export function memoryDisks(): Requirement {
  if (process.platform !== 'linux' || root().missing !== null) return { missing: 'not root on Linux' };
  const folder = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
  const mounts = answers('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  if (mounts) answers('umount', [folder]);
  rmdirSync(folder);
  return { missing: mounts ? null : 'no right to mount' };
}

function answers(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, [...args], { stdio: 'ignore', timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}
