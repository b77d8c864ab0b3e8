import net from 'node:net';
import pg from 'pg';

/** A statement on its way between a client and PostgreSQL. */
export interface PassingStatement {
  /** From 1, in the order of arrival, over all connections. */
  readonly number: number;
  readonly text: string;
  /** `arrived`: the server has not seen it. `answered`: it was carried out, and the client has not heard of it. */
  readonly phase: 'arrived' | 'answered';
  /** The server's process for this connection. */
  readonly backend: number;
}

/** `cut` ends both sides of the connection, and what was held back is lost. */
export type Fate = 'pass' | 'cut';

export interface StatementProxy {
  /** Of the same database, through the proxy. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/** Stands between clients and a PostgreSQL, and asks before each statement, and before each answer, whether it may pass. */
export async function watchStatements(
  connectionString: string,
  decide: (statement: PassingStatement) => Fate | Promise<Fate>,
): Promise<StatementProxy> {
  const { host, port } = new pg.Client({ connectionString });
  const path = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const open = new Set<net.Socket>();
  let number = 0;
  const server = net.createServer((client) => {
    const upstream = net.connect(path);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    relay(client, upstream, () => ++number, decide);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(connectionString.replace(/@[^/?]*/, '@127.0.0.1'));
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as net.AddressInfo).port);
  url.searchParams.delete('host');
  return {
    connectionString: url.href,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function relay(
  client: net.Socket,
  upstream: net.Socket,
  count: () => number,
  decide: (statement: PassingStatement) => Fate | Promise<Fate>,
): void {
  let backend = 0;
  let current: { number: number; text: string } | undefined;
  const ask = async (phase: PassingStatement['phase']) => {
    if (current === undefined || (await decide({ ...current, phase, backend })) === 'pass') return;
    client.destroy();
    upstream.destroy();
  };
  inOrder(client, new Frames(true), async (frame) => {
    const text = statementOf(frame);
    if (text !== null) {
      current = { number: count(), text };
      await ask('arrived');
    }
    if (!upstream.destroyed) upstream.write(frame);
  });
  inOrder(upstream, new Frames(false), async (frame) => {
    const kind = String.fromCharCode(frame[0] ?? 0);
    if (kind === 'K') backend = frame.readInt32BE(5);
    if (kind === 'Z') {
      await ask('answered');
      current = undefined;
    }
    if (!client.destroyed) client.write(frame);
  });
}

/** A simple query's text, or a prepared one's; null for whatever else a client says. */
function statementOf(frame: Buffer): string | null {
  const kind = String.fromCharCode(frame[0] ?? 0);
  if (kind === 'Q') return frame.toString('utf8', 5, frame.length - 1);
  if (kind !== 'P') return null;
  const text = frame.indexOf(0, 5) + 1;
  return frame.toString('utf8', text, frame.indexOf(0, text));
}

function inOrder(socket: net.Socket, frames: Frames, pass: (frame: Buffer) => Promise<void>): void {
  let last = Promise.resolve();
  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.add(chunk)) last = last.then(() => pass(frame));
  });
}

/** Cuts a stream into the messages of PostgreSQL's protocol. A client's first one has no type. */
class Frames {
  #held = Buffer.alloc(0);
  #untyped: boolean;

  constructor(untyped: boolean) {
    this.#untyped = untyped;
  }

  *add(chunk: Buffer): Generator<Buffer> {
    this.#held = Buffer.concat([this.#held, chunk]);
    for (;;) {
      const type = this.#untyped ? 0 : 1;
      if (this.#held.length < type + 4) return;
      const length = type + this.#held.readInt32BE(type);
      if (this.#held.length < length) return;
      yield this.#held.subarray(0, length);
      this.#held = this.#held.subarray(length);
      this.#untyped = false;
    }
  }
}
