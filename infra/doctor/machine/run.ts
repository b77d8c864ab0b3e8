import { spawn } from 'node:child_process';

/** How a program ended, null where it could not be started, and what it said. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

export type Run = (program: string, args: readonly string[]) => Promise<Ran>;

/** Longer than an engine that is well takes to answer. */
const MILLISECONDS = 15_000;

export const runProgram: Run = (program, args) =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    // Not spawn's own `timeout`, whose timer outlives a program that could not be started.
    const timer = setTimeout(() => child.kill(), MILLISECONDS);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ status: null, output: error.message });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({
        status: code ?? 1,
        output: signal === null ? output : `no answer in ${MILLISECONDS / 1000} s`,
      });
    });
  });
