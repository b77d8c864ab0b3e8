import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { AwsEnvironment } from '../../../services/cli/aws-environment.ts';
import { ApiGateway } from './api-gateway.ts';
import { CloudFormation } from './cloudformation.ts';
import { AwsFault, type AwsReceived, type AwsReply } from './received.ts';
import { checkSignature, type Identity } from './signature.ts';
import { Queue } from './sqs.ts';

/** A call that was let in, or not. */
export interface AwsCall {
  readonly service: string;
  /** `POST /apikeys`, or what the service calls it. */
  readonly action: string;
  readonly arn: string;
}

/** What an event invocation was asked for. */
export interface Invocation {
  readonly functionName: string;
  readonly payload: unknown;
}

/**
 * An account on AWS, as far as the command meets it: CloudFormation, API Gateway, SQS and Lambda behind one address, told
 * apart by what requests are signed for. Signatures are checked for real, and state is held.
 */
export class AwsAccountStandIn {
  readonly cloudformation = new CloudFormation();
  readonly gateway = new ApiGateway();
  readonly queue = new Queue();
  readonly invocations: Invocation[] = [];
  readonly calls: AwsCall[] = [];
  readonly identities: Identity[] = [];
  /** `sqs AmazonSQS.DeleteMessage`: what is refused, and as what, and how often still. */
  readonly #faults: { readonly call: string; readonly fault: AwsFault; times: number }[] = [];
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  static async start(): Promise<AwsAccountStandIn> {
    const account = new AwsAccountStandIn();
    await new Promise<void>((resolve) => account.#server.listen(0, '127.0.0.1', resolve));
    return account;
  }

  get endpoint(): string {
    const { port }: AddressInfo = Object(this.#server.address());
    return `http://127.0.0.1:${port}`;
  }

  /** As the command's entry reads it. */
  environment(region: string | null = 'eu-central-1'): AwsEnvironment {
    return { region, endpoint: this.endpoint, endpoints: {} };
  }

  /** The next calls of a kind are refused: `refuse('apigateway POST /apikeys', 'TooManyRequestsException', 429)`. */
  refuse(call: string, code: string, status: number, times = 1): void {
    this.#faults.push({ call, fault: new AwsFault(status, code, `${code} for ${call}`), times });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = {
      method: incoming.method ?? 'GET',
      url: new URL(incoming.url ?? '/', this.endpoint),
      headers: incoming.headers,
      body: await buffer(incoming),
    };
    let service = 'cloudformation';
    let reply: AwsReply;
    try {
      const signed = await checkSignature(request, this.identities);
      service = signed.service;
      const action = actionOf(request);
      this.calls.push({ service, action, arn: signed.identity.arn });
      const call = `${service} ${action}`;
      const due = this.#faults.find((fault) => fault.times > 0 && call.startsWith(fault.call));
      if (due !== undefined) {
        due.times--;
        throw due.fault;
      }
      reply = this.#answer(service, signed.region, request);
    } catch (error) {
      reply = refusal(service, error);
    }
    response.writeHead(reply.status, reply.headers).end(reply.body ?? '');
  }

  #answer(service: string, region: string, request: AwsReceived): AwsReply {
    switch (service) {
      case 'cloudformation':
        return this.cloudformation.answer(request, region);
      case 'apigateway':
        return this.gateway.answer(request);
      case 'sqs':
        return this.queue.answer(request);
      case 'lambda':
        return this.#invoke(request);
      default:
        throw new AwsFault(
          403,
          'InvalidSignatureException',
          `Credential should not be scoped to ${service}.`,
        );
    }
  }

  #invoke({ url, headers, body }: AwsReceived): AwsReply {
    const [, functionName] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url.pathname) ?? [];
    if (functionName === undefined || headers['x-amz-invocation-type'] !== 'Event') {
      throw new AwsFault(404, 'ResourceNotFoundException', `Function not found: ${url.pathname}`);
    }
    const payload: unknown = JSON.parse(body.toString());
    this.invocations.push({ functionName: decodeURIComponent(functionName), payload });
    return { status: 202 };
  }
}

function actionOf({ method, url, headers, body }: AwsReceived): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target;
  if (url.pathname !== '/') return `${method} ${decodeURIComponent(url.pathname)}`;
  return new URLSearchParams(body.toString()).get('Action') ?? method;
}

/** The query protocol has XML, the others JSON: with the code in the body, or in a header. */
function refusal(service: string, error: unknown): AwsReply {
  const { status, code, message } =
    error instanceof AwsFault ? error : new AwsFault(500, 'InternalFailure', String(error));
  if (service === 'cloudformation') {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message.replaceAll('&', '&amp;')}</Message></Error></ErrorResponse>`;
    return { status, headers: { 'content-type': 'text/xml' }, body };
  }
  if (service === 'sqs') return { status, body: JSON.stringify({ __type: code, message }) };
  return { status, headers: { 'x-amzn-errortype': `${code}:http://x/` }, body: JSON.stringify({ message }) };
}
