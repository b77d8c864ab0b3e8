import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/folder.ts';
import { predictor } from './support/answers.ts';
import { Remote } from './support/remote.ts';

let remote: Remote;
beforeEach(() => {
  remote = new Remote();
});
afterEach(() => remote.stop());

const command = path.resolve('bin/hundredfold.js');

function start(argv: readonly string[], cwd = process.cwd()): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [command, ...argv], {
    cwd,
    env: { PATH: process.env.PATH, HUNDREDFOLD_URL: remote.url },
  });
  return child;
}

async function ended(child: ChildProcessWithoutNullStreams) {
  child.stdin.end();
  const status = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, out, err };
}

describe('the command as a process of its own', () => {
  test('reads HUNDREDFOLD_URL, works from any folder, and ends by itself', async () => {
    await remote.on('GET', '/predictors', () => ({ body: { predictors: [predictor], next: null } })).start();
    const folder = await temporaryFolder();
    const { status, out, err } = await ended(start(['status'], folder.path));
    await folder.remove();
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('tickets');
    expect(out).not.toContain('\u001b');
  });

  test('exits with 1 when refused and with 2 on wrong usage', async () => {
    await remote.start();
    expect((await ended(start(['status', 'nope']))).status).toBe(1);
    expect((await ended(start(['promote', 'tickets', 'x']))).status).toBe(2);
  });

  test('hands over everything before it ends, however slowly it is read', async () => {
    const examples = Array.from({ length: 200 }, (_, i) => ({
      inputs: { subject: `${i} ${'long '.repeat(2000)}` },
      label: 'Sales',
    }));
    remote.on('GET', '/predictors/tickets', () => ({ body: predictor }));
    await remote
      .on('GET', '/predictors/tickets/examples', () => ({ body: { examples, next: null } }))
      .start();
    const child = start(['export', 'tickets']);
    child.stdout.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { status, out } = await ended(child);
    expect(status).toBe(0);
    expect(out.split('\n')).toHaveLength(202);
  });

  test('ends quietly when its reader has gone', async () => {
    let pages = 0;
    const examples = Array.from({ length: 200 }, () => ({
      inputs: { subject: 'x'.repeat(2000) },
      label: 'S',
    }));
    remote.on('GET', '/predictors/tickets', () => ({ body: predictor }));
    await remote
      .on('GET', '/predictors/tickets/examples', () => ({ body: { examples, next: String(++pages) } }))
      .start();
    const child = start(['export', 'tickets']);
    child.stdout.once('data', () => child.stdout.destroy());
    const status = new Promise((resolve) => {
      child.on('exit', resolve);
    });
    expect(await status).toBe(0);
    expect(await text(child.stderr)).toBe('');
  });
});
