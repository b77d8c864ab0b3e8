import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One call of Lambda's Invoke operation. */
export interface InvokeCall {
  readonly functionName: string;
  readonly invocationType: 'Event' | 'RequestResponse' | 'DryRun';
  readonly payload: unknown;
}

export interface LambdaApiOptions {
  /** Carries out what is invoked; what it returns is the answer of a `RequestResponse`. Does nothing unless given. */
  readonly onInvoke?: (call: InvokeCall) => unknown;
  readonly host?: string;
  readonly port?: number;
}

/** What becomes of a call. */
type Fate =
  | { readonly refused: string; readonly status: number }
  /** Accepted and never carried out. */
  | 'lost'
  /** Carried out, without an answer. */
  | 'unanswered';

/** A running stand-in. Fates are of the next calls, one each, in the order in which they were told. */
export interface LambdaApi {
  readonly endpoint: string;
  /** All calls so far, refused ones included. */
  readonly calls: readonly InvokeCall[];
  /** What the functions of `Event` calls threw. */
  readonly failures: readonly unknown[];
  /** The next `times` calls are refused: `TooManyRequestsException` with 429, unless told otherwise. */
  refuse(times: number, name?: string, status?: number): void;
  /** The next `times` events are accepted and lost. */
  lose(times: number): void;
  /** The next `times` calls are carried out, but the connection breaks before the answer. */
  dropAnswers(times: number): void;
  /** Resolves when every function that was begun has ended. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A stand-in for Lambda's Invoke operation, as the SDK speaks it: `Event` is answered 202 at once and carried out beside,
 * `RequestResponse` waits for the function, whose error becomes `FunctionError`. Nothing is tried again: AWS would.
 *
 *     const lambda = await startLambdaApi({ onInvoke: ({ payload }) => handler(payload, context) });
 *     new LambdaClient({ endpoint: lambda.endpoint, region, credentials });
 */
export async function startLambdaApi({
  onInvoke = () => null,
  host = '127.0.0.1',
  port = 0,
}: LambdaApiOptions = {}): Promise<LambdaApi> {
  const calls: InvokeCall[] = [];
  const failures: unknown[] = [];
  const fates: Fate[] = [];
  const running = new Set<Promise<unknown>>();
  const begin = (call: InvokeCall): Promise<unknown> => {
    const work = Promise.resolve().then(() => onInvoke(call));
    running.add(work);
    const over = () => running.delete(work);
    work.then(over, over);
    return work;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const call = await readCall(request);
    if (call === null) return refuse(response, 'UnknownOperationException', 404);
    calls.push(call);
    const fate = fates.shift();
    if (typeof fate === 'object') return refuse(response, fate.refused, fate.status);
    if (call.invocationType === 'DryRun') return response.writeHead(204).end();
    const work = fate === 'lost' ? Promise.resolve(null) : begin(call);
    if (fate === 'unanswered') {
      work.catch((error: unknown) => failures.push(error));
      return request.socket.destroy();
    }
    if (call.invocationType === 'RequestResponse') return respond(response, work);
    work.catch((error: unknown) => failures.push(error));
    return response.writeHead(202).end();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const { port: taken } = server.address() as AddressInfo;
  const add = (times: number, fate: Fate) => fates.push(...Array.from({ length: times }, () => fate));
  return {
    endpoint: `http://${host}:${taken}`,
    calls,
    failures,
    refuse: (times, name = 'TooManyRequestsException', status = 429) => add(times, { refused: name, status }),
    lose: (times) => add(times, 'lost'),
    dropAnswers: (times) => add(times, 'unanswered'),
    async settled() {
      while (running.size > 0) await Promise.allSettled(running);
    },
    close: () => close(server),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
async function readCall(request: IncomingMessage): Promise<InvokeCall | null> {
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(request.url ?? '')?.[1];
  const body = await text(request);
  if (request.method !== 'POST' || name === undefined) return null;
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'Event' && type !== 'RequestResponse' && type !== 'DryRun') return null;
  const payload: unknown = body === '' ? null : JSON.parse(body);
  return { functionName: decodeURIComponent(name), invocationType: type, payload };
}

async function respond(response: ServerResponse, work: Promise<unknown>): Promise<void> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  let body: unknown;
  try {
    body = await work;
  } catch (error) {
    headers['x-amz-function-error'] = 'Unhandled';
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    body = { errorType: name, errorMessage: message };
  }
  response.writeHead(200, headers).end(JSON.stringify(body ?? null));
}

function refuse(response: ServerResponse, name: string, status: number): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name })
    .end(JSON.stringify({ Type: 'User', Message: `refused: ${name}` }));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
