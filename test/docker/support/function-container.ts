import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { dockerDoes } from '../../support/docker.ts';
import { until } from '../../support/until.ts';

/** By this name a container finds what listens on this machine's 0.0.0.0. */
export const HOST = 'host.docker.internal';

export interface FunctionOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** In place of the image's own, as Lambda's `ImageConfig.Command`. */
  readonly handler?: string;
  /** Put into it before it starts, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
  /** What it may use, in MiB, as Lambda's memory setting; as much as the machine has unless told otherwise. */
  readonly memory?: number;
  /** Processors that it may use, in parts of one. */
  readonly cpu?: number;
  /** After which the emulator ends the call, in seconds; 300 unless told otherwise. */
  readonly timeout?: number;
}

/** What the emulator answered. Errors of functions are answers of status 200, too. */
export interface Invoked {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly json: any;
}

const PORT = 8080;
const INVOKE = '/2015-03-31/functions/function/invocations';

/**
 * A function's image under AWS's runtime interface emulator, which stands in every base image. It starts the function with
 * the first call. Calls go in one after another: the emulator dies of two at once, and Lambda gives each an environment
 * of its own.
 */
export class FunctionContainer {
  readonly #container: StartedTestContainer;
  #last: Promise<unknown> = Promise.resolve();
  #answered = 0;

  private constructor(container: StartedTestContainer) {
    this.#container = container;
  }

  static async start(image: string, options: FunctionOptions = {}): Promise<FunctionContainer> {
    const { environment = {}, handler, timeout } = options;
    const container = new GenericContainer(image)
      .withEnvironment({
        ...environment,
        ...(timeout === undefined ? {} : { AWS_LAMBDA_FUNCTION_TIMEOUT: String(timeout) }),
      })
      .withExtraHosts([{ host: HOST, ipAddress: 'host-gateway' }])
      .withExposedPorts(PORT)
      .withWaitStrategy(Wait.forHttp('/', PORT).forStatusCode(404));
    for (const [target, content] of Object.entries(options.files ?? {})) {
      container.withCopyContentToContainer([{ content, target }]);
    }
    const { memory, cpu } = options;
    container.withResourcesQuota({
      ...(memory === undefined ? {} : { memory: memory / 1024 }),
      ...(cpu === undefined ? {} : { cpu }),
    });
    if (handler !== undefined) container.withCommand([handler]);
    return new FunctionContainer(await container.start());
  }

  get id(): string {
    return this.#container.getId();
  }

  /** Calls the function. @throws Error when the container goes away meanwhile */
  invoke(event: unknown): Promise<Invoked> {
    const called = this.#last.then(() => this.#invoke(event));
    this.#last = called.catch(() => {});
    return called;
  }

  /** Everything that it wrote about the calls that were answered: the engine hands it on a little after the answers. */
  async logs(): Promise<string> {
    let logs = '';
    await until('each answered call is in the logs', async () => {
      logs = await dockerDoes('logs', this.id);
      return logs.split('REPORT RequestId: ').length > this.#answered;
    });
    return logs;
  }

  /** As a machine that loses its power: nothing in it is told. */
  async kill(): Promise<void> {
    await dockerDoes('kill', '--signal', 'KILL', this.id);
  }

  async stop(): Promise<void> {
    await this.#container.stop({ timeout: 1_000 });
  }

  async #invoke(event: unknown): Promise<Invoked> {
    const call = request({
      host: this.#container.getHost(),
      port: this.#container.getMappedPort(PORT),
      path: INVOKE,
      method: 'POST',
      // A killed container's connection must not be taken for the next one's.
      agent: false,
    });
    call.end(JSON.stringify(event));
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    const body = await text(response);
    this.#answered++;
    return { status: response.statusCode ?? 0, text: body, json: parsed(body) };
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
