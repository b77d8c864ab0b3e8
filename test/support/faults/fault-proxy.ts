import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

/** Which requests a fault befalls: all, unless told otherwise. */
export type Which = (request: IncomingMessage) => boolean;

/** A real HTTP proxy before a real server, through which all goes well until a fault is set. */
export interface FaultProxy {
  readonly url: string;
  /** How many requests came, since the start. */
  readonly requests: number;
  /** Befalls the next `times` requests that fit. */
  next(fault: Fault, times?: number, which?: Which): void;
  /** Befalls every request that fits, until `clear`. */
  always(fault: Fault, which?: Which): void;
  clear(): void;
  stop(): Promise<void>;
}

interface Rule {
  readonly fault: Fault;
  readonly which: Which;
  left: number;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let rules: Rule[] = [];
  let requests = 0;
  const server = createServer((incoming, outgoing) => {
    requests += 1;
    const rule = rules.find(({ left, which }) => left > 0 && which(incoming));
    if (rule !== undefined) rule.left -= 1;
    befall(incoming, outgoing, { hostname, port }, rule?.fault ?? null).catch(() =>
      incoming.socket.destroy(),
    );
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    next: (fault, times = 1, which = () => true) => rules.push({ fault, which, left: times }),
    always: (fault, which = () => true) => rules.push({ fault, which, left: Number.POSITIVE_INFINITY }),
    clear() {
      rules = [];
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Target = { readonly hostname: string; readonly port: string };

async function befall(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: Target,
  fault: Fault | null,
): Promise<void> {
  if (fault?.kind === 'reset') return void incoming.socket.resetAndDestroy();
  if (fault?.kind === 'silent') return;
  const sent = await bytesOf(incoming);
  if (fault?.kind === 'status') {
    outgoing.writeHead(fault.status, { 'content-type': 'application/xml' }).end(fault.body ?? '');
    return;
  }
  if (fault?.kind === 'late') await sleep(fault.milliseconds);
  if (fault?.kind === 'flipped-request') flip(sent);
  const answer = await forward(incoming, sent, target, fault?.kind === 'half-sent');
  if (answer === null || fault?.kind === 'answer-lost') return void incoming.socket.resetAndDestroy();
  await give(outgoing, answer, fault);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Null when only half of it was sent. The headers go as they came, since they are signed. */
function forward(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  target: Target,
  half: boolean,
): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const onward = request({ ...target, method, path: url, headers, agent: false });
    onward.on('error', (error) => (half ? resolve(null) : reject(error)));
    onward.on('response', (response) => {
      const { statusCode: status = 502 } = response;
      bytesOf(response).then((bytes) => resolve({ status, headers: response.headers, body: bytes }), reject);
    });
    if (!half) return void onward.end(body);
    onward.write(body.subarray(0, body.length / 2), () => onward.destroy(new Error('half')));
  });
}

async function give(outgoing: ServerResponse, { status, headers, body }: Answer, fault: Fault | null) {
  const half = body.subarray(0, body.length / 2);
  switch (fault?.kind) {
    case 'truncated':
      outgoing.writeHead(status, headers).write(half, () => outgoing.socket?.resetAndDestroy());
      return;
    case 'shortened':
      outgoing.writeHead(status, { ...headers, 'content-length': half.length }).end(half);
      return;
    case 'flipped':
      outgoing.writeHead(status, headers).end(flip(body));
      return;
    case 'silent-body':
      outgoing.writeHead(status, headers).flushHeaders();
      return;
    case 'dripping':
      outgoing.writeHead(status, headers).flushHeaders();
      for (let at = 0; at < body.length && !outgoing.destroyed; at++) {
        outgoing.write(body.subarray(at, at + 1));
        await sleep(fault.milliseconds);
      }
      outgoing.end();
      return;
    default:
      outgoing.writeHead(status, headers).end(body);
  }
}

function flip(bytes: Buffer): Buffer {
  const middle = Math.floor(bytes.length / 2);
  if (bytes.length > 0) bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  return bytes;
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}
