import { readFile } from 'node:fs/promises';
import { dockerDoes } from '../../support/docker.ts';
import { FunctionContainer, type FunctionOptions } from './function-container.ts';

/** Calls of a function that were taken inside its container. */
export interface Measured {
  /** Of each call, in milliseconds. The first includes the process's start. */
  readonly times: readonly number[];
  /** What the last call was answered. */
  readonly text: string;
  /** Of the function's process after the last call: memory in kB, `own` of it no file's; processor time in milliseconds. */
  readonly usage: { readonly resident: number; readonly own: number; readonly cpu: number };
}

const client = readFile(new URL('./invoke-inside.mjs', import.meta.url), 'utf8');

/** Starts a container, calls its function so often, and ends it. @throws Error for an answer that is none, or 3xx and more */
export async function measure(
  image: string,
  options: FunctionOptions,
  event: object,
  times = 1,
): Promise<Measured> {
  const container = await FunctionContainer.start(image, { handler: 'index.handler', ...options });
  try {
    const args = ['--input-type=module', '-e', await client, '--', JSON.stringify(event), String(times)];
    const measured: Measured = JSON.parse(await dockerDoes('exec', container.id, 'node', ...args));
    const { statusCode } = JSON.parse(measured.text);
    if (statusCode === undefined || statusCode > 299) throw new Error(`answered with ${measured.text}`);
    return measured;
  } finally {
    await container.stop();
  }
}
