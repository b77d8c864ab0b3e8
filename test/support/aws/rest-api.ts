import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { LambdaAnswer } from '../../../services/predict/lambda/answer.ts';
import { restEvent } from '../gateway-events.ts';
import type { AwsAccountStandIn } from './account.ts';
import { AwsFault } from './received.ts';
import { roleAt } from './route-role.ts';
import { checkSignature } from './signature.ts';

/** What stands behind the API: a function that takes its events. */
export type EventHandler = (event: object) => Promise<LambdaAnswer>;

/** API Gateway takes 10 MB, Lambda 6 MB of it as an event. */
const LARGEST = 6 * 1024 * 1024;
/** Media types that come to the function as Base64. */
const BINARY = new Set(['text/csv', 'application/x-ndjson', 'application/octet-stream']);
const STAGE = '/v1';

/**
 * A REST API as the stack makes it: admin methods are IAM's, those of predict and read need a key of the usage plan, and
 * what is let in comes to the function as an event.
 */
export class RestApi {
  /** The roles of calls that came through, by method and path. */
  readonly passed: string[] = [];
  readonly #account: AwsAccountStandIn;
  readonly #handler: EventHandler;
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  private constructor(account: AwsAccountStandIn, handler: EventHandler) {
    this.#account = account;
    this.#handler = handler;
  }

  static async start(account: AwsAccountStandIn, handler: EventHandler): Promise<RestApi> {
    const api = new RestApi(account, handler);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    const { port }: AddressInfo = Object(this.#server.address());
    return `http://127.0.0.1:${port}${STAGE}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = incoming;
    const url = new URL(incoming.url ?? '/', this.url);
    const body = await buffer(incoming);
    const path = url.pathname.slice(STAGE.length);
    try {
      const role = roleAt(method, path);
      let userArn: string | undefined;
      if (role === 'admin') {
        const signed = await checkSignature({ method, url, headers, body }, this.#account.identities);
        if (signed.service !== 'execute-api')
          throw new AwsFault(403, 'x', 'Credential should be scoped to execute-api');
        userArn = signed.identity.arn;
      } else if (role !== 'anyone' && !this.#account.gateway.admits(String(headers['x-api-key']))) {
        throw new AwsFault(403, 'ForbiddenException', 'Forbidden');
      }
      if (body.length > LARGEST) throw new AwsFault(413, 'x', 'Request Too Long');
      this.passed.push(`${method} ${path}${url.search}`);
      const event = restEvent({
        method,
        path,
        query: [...url.searchParams],
        headers: Object.entries(headers).map(([name, value]) => [name, String(value)] as const),
        body: BINARY.has(String(headers['content-type'])) ? body : body.toString(),
        stage: STAGE.slice(1),
        ...(userArn === undefined ? {} : { userArn }),
      });
      const answer = await this.#handler(event);
      const sent = Object.entries(answer.headers ?? {}).map(([name, value]) => [name, String(value)]);
      response.writeHead(answer.statusCode, Object.fromEntries(sent)).end(answer.body ?? '');
    } catch (error) {
      const { status, message } =
        error instanceof AwsFault ? error : new AwsFault(502, 'x', 'Internal server error');
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
    }
  }
}
