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
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: MILLISECONDS });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ status: null, output: error.message }));
    child.on('close', (code, signal) =>
      resolve({
        status: code ?? 1,
        output: signal === null ? output : `no answer in ${MILLISECONDS / 1000} s`,
      }),
    );
  });
