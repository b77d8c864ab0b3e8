import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { runApp, type Written } from './run-app.ts';

/** Offers the stack as `npm run synth` makes it: synthesised once for a whole test run, when the first file asks. */
export interface TestStack {
  /** A socket: whoever connects is told what was written and said, as soon as it is there. */
  readonly address: string;
  stop(): Promise<void>;
}

/** @param folder is the run's own, and removed by whoever made it */
export async function offerTestStack(folder: string): Promise<TestStack> {
  let synthesis: Promise<Written> | undefined;
  const door = net.createServer((socket) => {
    synthesis ??= synthesiseInto(path.join(folder, 'stack'));
    synthesis.then(
      (written) => socket.end(JSON.stringify(written)),
      (error: unknown) => socket.end(JSON.stringify({ folder: '', code: null, output: String(error) })),
    );
    socket.on('error', () => socket.destroy());
  });
  const address = path.join(folder, 'stack-door');
  door.listen(address);
  await once(door, 'listening');
  door.unref();
  return {
    address,
    async stop() {
      door.close();
      await synthesis?.catch(() => undefined);
    },
  };
}

async function synthesiseInto(folder: string): Promise<Written> {
  await mkdir(folder);
  return runApp(folder, {});
}

/** The run's stack. Its files are everybody's: to be read alone. */
export async function testStack(): Promise<Written> {
  const address = process.env.HUNDREDFOLD_TEST_STACK;
  if (address === undefined) throw new Error('no stack is offered: tests are run through jest.config.js');
  return JSON.parse(await text(net.connect(address)));
}
