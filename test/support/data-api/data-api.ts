import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Faults } from './faults.ts';
import { type OperationInput, type OperationSettings, Operations } from './operations.ts';
import { Refusal } from './refusal.ts';

/** The whole HTTP request, its headers included. */
const LARGEST_REQUEST = 4 * 1_048_576;

export interface DataApiOptions extends Partial<Omit<OperationSettings, 'connectionString'>> {
  /** The PostgreSQL, and the database in it, that statements run on. */
  readonly connectionString: string;
  readonly host?: string;
  /** 0, unless told otherwise: a free one. */
  readonly port?: number;
  /** After how many milliseconds an idle connection is closed, without having been said before; never, unless told. */
  readonly idleLimit?: number;
}

/** A running stand-in; its faults are told through `pause`, `refuse`, `delay` and the like. */
export interface DataApi
  extends Pick<
    Faults,
    | 'pause'
    | 'resume'
    | 'refuse'
    | 'accept'
    | 'hang'
    | 'release'
    | 'delay'
    | 'delayAnswers'
    | 'dropAnswers'
    | 'dropRequests'
  > {
  readonly endpoint: string;
  readonly resourceArn: string;
  readonly secretArn: string;
  /** The name of the database, for the dialect's setting. */
  readonly database: string;
  /** How often each operation was called, refused calls included: `{ Execute: 3, BeginTransaction: 1 }`. */
  readonly calls: Readonly<Record<string, number>>;
  /** Transactions that were begun and have not ended. */
  readonly openTransactions: number;
  close(): Promise<void>;
}

/**
 * A stand-in for the RDS Data API: HTTP as the SDK speaks it, statements carried out on real PostgreSQL, and the API's
 * refusals: answers over 1 MiB, rows over 64 KB, requests over 4 MiB, several statements in one, arrays and a schema as
 * parameters, results of types that the guide does not list, transactions that idled (3 min), ended or are at work,
 * statements over 45 s. Strings are bound as `varchar`, so that a missing cast fails here as it does there.
 *
 *     const api = await startDataApi({ connectionString });
 *     const client = createDataApiClient({ endpoint: api.endpoint, region: 'eu-central-1', credentials });
 *     new Kysely({ dialect: new DataApiDialect({ client, ...place(api) }) });
 *     api.pause(500);            // asleep; wakes half a second after the next call
 *     await api.close();
 */
export async function startDataApi(options: DataApiOptions): Promise<DataApi> {
  const {
    connectionString,
    host = '127.0.0.1',
    port = 0,
    idleLimit,
    resourceArn = 'arn:aws:rds:eu-central-1:123456789012:cluster:stand-in',
    secretArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:stand-in',
    transactionIdle = 180_000,
    statementTimeout = 45_000,
    errorsEndTransactions = true,
  } = options;
  const operations = new Operations({
    connectionString,
    resourceArn,
    secretArn,
    transactionIdle,
    statementTimeout,
    errorsEndTransactions,
  });
  const faults = new Faults();
  const calls: Record<string, number> = {};
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  // A busy client finds its idle connection alive, as at the real service: not Node's five seconds.
  server.keepAliveTimeout = 120_000;
  if (idleLimit !== undefined) closeIdle(server, idleLimit);
  await listen(server, port, host);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    calls[path.slice(1)] = (calls[path.slice(1)] ?? 0) + 1;
    try {
      const input = await read(request);
      if ((await faults.before()) === 'cut') return void response.destroy();
      const output = await operations.run(path, input);
      if ((await faults.after()) === 'cut') return void response.destroy();
      send(response, 200, output);
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : new Refusal('InternalServerErrorException', String(error));
      response.setHeader('x-amzn-ErrorType', refusal.type);
      send(response, refusal.status, { message: refusal.message });
    }
  }

  const address = server.address() as AddressInfo;
  return {
    endpoint: `http://${host}:${address.port}`,
    resourceArn,
    secretArn,
    database: new URL(connectionString).pathname.slice(1),
    calls,
    get openTransactions() {
      return operations.openTransactions;
    },
    pause: (milliseconds) => faults.pause(milliseconds),
    resume: () => faults.resume(),
    refuse: (...how) => faults.refuse(...how),
    accept: () => faults.accept(),
    hang: () => faults.hang(),
    release: () => faults.release(),
    delay: (milliseconds) => faults.delay(milliseconds),
    delayAnswers: (milliseconds) => faults.delayAnswers(milliseconds),
    dropAnswers: (times) => faults.dropAnswers(times),
    dropRequests: (times) => faults.dropRequests(times),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await operations.close();
    },
  };
}

async function read(request: IncomingMessage): Promise<OperationInput> {
  const body = await buffer(request);
  if (!/^AWS4-HMAC-SHA256 .*\/rds-data\/aws4_request/.test(request.headers.authorization ?? '')) {
    throw new Refusal('AccessDeniedException', 'Missing Authentication Token');
  }
  const headers = request.rawHeaders.reduce((bytes, part) => bytes + part.length + 2, 0);
  if (body.length + headers > LARGEST_REQUEST) {
    throw new Refusal('RequestEntityTooLargeException', 'The request is too large.', 413);
  }
  return JSON.parse(body.toString());
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

/** Node's own limit stands in each answer, and its clients heed it: the real service closes without a word. */
function closeIdle(server: Server, milliseconds: number): void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    clearTimeout(timers.get(socket));
    response.once('finish', () => timers.set(socket, setTimeout(() => socket.end(), milliseconds).unref()));
  });
}
