import type { Environment, Terminal, Writer } from './terminal.ts';

/** The terminal of this very process. A reader that leaves early (`| head`) ends the process quietly. */
export function processTerminal(environment: Environment): Terminal {
  return {
    out: writer(process.stdout),
    err: writer(process.stderr),
    input: {
      isTTY: process.stdin.isTTY === true,
      [Symbol.asyncIterator]: () => bytes(process.stdin),
    },
    environment,
  };
}

function writer(stream: NodeJS.WriteStream): Writer {
  let taken: Promise<void> = Promise.resolve();
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Nobody reads on: what is left to print has no use, and the work asked for was done as far as it was read.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  return {
    isTTY: stream.isTTY === true,
    columns: stream.columns ?? 80,
    write: (text) => {
      taken = new Promise((resolve) => stream.write(text, () => resolve()));
    },
    flush: () => taken,
  };
}

async function* bytes(stream: NodeJS.ReadStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
