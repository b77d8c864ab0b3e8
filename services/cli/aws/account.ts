import { SignatureV4 } from '@smithy/signature-v4';
import { type AwsEnvironment, type AwsService, endpointOf, hostNameOf } from '../aws-environment.ts';
import { CliError, ServerUnreachableError, TimedOutError } from '../errors.ts';
import { thrown } from '../thrown.ts';
import type { CredentialSource } from './credentials.ts';
import { awsRefusal } from './refusal.ts';
import { Sha256 } from './sha256.ts';

/** A request to sign: everything that the signature covers. */
export interface Signable {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface AwsRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With what it is encoded by already: `/functions/a%3Ab/invocations`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AwsAnswer {
  readonly status: number;
  readonly text: string;
}

/** An AWS account as its owner may use it: calls to its services in one region, each signed (Signature Version 4). */
export class AwsAccount {
  readonly region: string;
  readonly #credentials: CredentialSource;
  readonly #environment: AwsEnvironment;
  readonly #timeout: number;

  /** `timeout` in seconds. */
  constructor(region: string, credentials: CredentialSource, environment: AwsEnvironment, timeout: number) {
    this.region = region;
    this.#credentials = credentials;
    this.#environment = environment;
    this.#timeout = timeout;
  }

  /** The headers that say who asks. @throws CredentialsError */
  async sign(service: string, { method, url, headers, body }: Signable): Promise<Record<string, string>> {
    const signer = new SignatureV4({
      credentials: await this.#credentials(),
      region: this.region,
      service,
      sha256: Sha256,
    });
    const given = { ...headers, host: url.host };
    const signed = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: given,
      body,
    });
    return Object.fromEntries(
      Object.entries(signed.headers).filter(([name]) => name !== 'host' && !Object.hasOwn(headers, name)),
    );
  }

  /**
   * Calls a service. Give it text with what a text says, since the answer is read as one.
   * @throws AwsRefusalError, DeniedError, CredentialsError, ServerUnreachableError, TimedOutError
   */
  async call(service: AwsService, request: AwsRequest): Promise<AwsAnswer> {
    const { method, path, query = {}, headers = {}, body = '' } = request;
    const base = endpointOf(service, this.region, this.#environment).replace(/\/+$/, '');
    const url = new URL(`${base}${path}`);
    url.search = new URLSearchParams(query).toString().replaceAll('+', '%20');
    const signature = await this.sign(hostNameOf(service), { method, url, headers, body });
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeout * 1000),
        headers: { ...headers, ...signature },
        ...(body === '' ? {} : { body }),
      });
      text = await response.text();
    } catch (error) {
      throw this.#unreachable(url, error);
    }
    if (response.status >= 300) {
      throw awsRefusal(hostNameOf(service), response.status, response.headers, text);
    }
    return { status: response.status, text };
  }

  #unreachable(url: URL, error: unknown): CliError {
    if (error instanceof CliError) return error;
    if (thrown(error).name === 'TimeoutError') {
      return new TimedOutError(`${url.host} did not answer within ${this.#timeout} s.`, { cause: error });
    }
    const { cause, message } = thrown(error);
    const why = cause === undefined ? message : thrown(cause).message;
    return new ServerUnreachableError(
      `${url.host} cannot be reached: ${why}. Is ${this.region} the right region?`,
      { cause: error },
    );
  }
}
