import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe } from '@jest/globals';
import { FILES, RUN_BY, SKIPPED_FOR } from './skipped.ts';

/** Something that a machine may lack. */
export interface Requirement {
  /** Its name in a few words, or null where it is there. */
  readonly missing: string | null;
  /** The command that runs the tests with it, in which `FILES` stands for theirs. */
  readonly run: string;
}

/** A `describe` that is skipped where something is missing, and says in its name what, and how to run it. */
export function describeWhere({ missing, run }: Requirement, name: string, body: () => void): void {
  if (missing === null) describe(name, body);
  else describe.skip(`${name}${SKIPPED_FOR}${missing}${RUN_BY}${run}`, body);
}

/** The first of several that is missing. */
export function everyOne(first: Requirement, ...others: readonly Requirement[]): Requirement {
  return [first, ...others].find(({ missing }) => missing !== null) ?? first;
}

/** The folder of public data sets that `HUNDREDFOLD_TEST_DATA` names. */
export function testData(): Requirement & { readonly folder: string } {
  const folder = process.env.HUNDREDFOLD_TEST_DATA ?? '';
  const missing =
    folder === ''
      ? 'public data sets'
      : existsSync(folder)
        ? null
        : `public data sets: there is no ${folder}`;
  return { missing, folder, run: `HUNDREDFOLD_TEST_DATA=FOLDER npm test -- ${FILES}` };
}

/** A container engine that answers. */
export function containerEngine(): Requirement {
  const missing = answers('docker', ['info']) ? null : 'a container engine that answers';
  return { missing, run: `npm test -- ${FILES}` };
}

/** The same, with its command for several containers. */
export function compose(): Requirement {
  const engine = containerEngine();
  if (engine.missing !== null) return engine;
  const missing = answers('docker', ['compose', 'version']) ? null : 'docker compose';
  return { ...engine, missing };
}

/** The program of an S3 server, versitygw, that `HUNDREDFOLD_TEST_S3_SERVER` names. */
export function s3Server(): Requirement & { readonly program: string } {
  const program = process.env.HUNDREDFOLD_TEST_S3_SERVER ?? '';
  const missing =
    program === ''
      ? 'an S3 server, versitygw'
      : existsSync(program)
        ? null
        : `an S3 server: there is no ${program}`;
  return { missing, program, run: `HUNDREDFOLD_TEST_S3_SERVER=PROGRAM npm test -- ${FILES}` };
}

/** A Chromium for the pages' tests. */
export function chromium(): Requirement & { readonly executable: string } {
  const named = process.env.HUNDREDFOLD_TEST_CHROMIUM ?? '';
  const executable = [named, ...CHROMIUMS].find((file) => file !== '' && existsSync(file)) ?? '';
  return {
    missing: executable === '' ? 'a Chromium' : null,
    executable,
    run: `HUNDREDFOLD_TEST_CHROMIUM=PROGRAM npm test -- ${FILES}`,
  };
}

const CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const AS_ROOT = `sudo npm test -- ${FILES}`;

/** Root, to whom no folder is closed and who may become others. */
export function root(): Requirement {
  return { missing: process.geteuid?.() === 0 ? null : 'root', run: AS_ROOT };
}

/** The right to mount a disk in memory, which can be full or read-only. */
export function memoryDisks(): Requirement {
  if (process.platform !== 'linux' || root().missing !== null) {
    return { missing: 'root on Linux', run: AS_ROOT };
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
  const mounts = answers('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  if (mounts) answers('umount', [folder]);
  rmdirSync(folder);
  return { missing: mounts ? null : 'the right to mount', run: AS_ROOT };
}

function answers(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, [...args], { stdio: 'ignore', timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}
