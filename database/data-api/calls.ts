import { setTimeout as sleep } from 'node:timers/promises';
import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type ExecuteStatementCommandOutput,
  type RDSDataClient,
  RollbackTransactionCommand,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import type { MiddlewareStack } from '@smithy/types';
import { DataApiUnavailableError } from './errors.ts';
import { translateError } from './translate-error.ts';

export interface DataApiCallsConfig {
  readonly client: Pick<RDSDataClient, 'send'>;
  readonly resourceArn: string;
  readonly secretArn: string;
  readonly database: string;
  /** For how many milliseconds a call that is known not to have begun is tried again; 0 for never. */
  readonly resumeBudget: number;
  /** How many milliseconds a call may take in all, waiting and trying again included. */
  readonly within: number | null;
  /** What is thrown when that time is over. */
  readonly timeoutError: (milliseconds: number, cause: unknown) => Error;
}

const FIRST_WAIT = 250;
const LONGEST_WAIT = 2_000;

/** The API's calls. What has begun, or may have, is never sent again: a second insert is worse than an error. */
export class DataApiCalls {
  readonly #config: DataApiCallsConfig;

  constructor(config: DataApiCallsConfig) {
    this.#config = config;
  }

  /** How many milliseconds a call may take in all. */
  get within(): number | null {
    return this.#config.within;
  }

  execute(
    sql: string,
    parameters: SqlParameter[],
    transactionId: string | null,
    signal?: AbortSignal,
  ): Promise<ExecuteStatementCommandOutput> {
    const input = {
      ...this.#place(),
      database: this.#config.database,
      sql,
      parameters,
      includeResultMetadata: true,
      resultSetOptions: { longReturnType: 'STRING', decimalReturnType: 'STRING' } as const,
      ...(transactionId === null ? {} : { transactionId }),
    };
    return this.#call((abortSignal) => {
      const command = new ExecuteStatementCommand(input);
      sendOnce(command.middlewareStack);
      return this.#config.client.send(command, { abortSignal });
    }, signal);
  }

  /** A transaction that nobody hears of holds nothing and ends by itself: beginning may be tried again. */
  async begin(signal?: AbortSignal): Promise<string> {
    const input = { ...this.#place(), database: this.#config.database };
    const { transactionId } = await this.#call(
      (abortSignal) => this.#config.client.send(new BeginTransactionCommand(input), { abortSignal }),
      signal,
    );
    if (transactionId === undefined) throw new Error('the API began a transaction and did not say which');
    return transactionId;
  }

  async commit(transactionId: string): Promise<void> {
    const input = { ...this.#place(), transactionId };
    await this.#call((abortSignal) => {
      const command = new CommitTransactionCommand(input);
      sendOnce(command.middlewareStack);
      return this.#config.client.send(command, { abortSignal });
    });
  }

  async rollback(transactionId: string): Promise<void> {
    const input = { ...this.#place(), transactionId };
    await this.#call((abortSignal) =>
      this.#config.client.send(new RollbackTransactionCommand(input), { abortSignal }),
    );
  }

  #place() {
    return { resourceArn: this.#config.resourceArn, secretArn: this.#config.secretArn };
  }

  async #call<T>(send: (signal: AbortSignal) => Promise<T>, caller?: AbortSignal): Promise<T> {
    const { within, resumeBudget } = this.#config;
    const limit = within === null ? undefined : AbortSignal.timeout(within);
    const signal = AbortSignal.any([limit, caller].filter((one) => one !== undefined));
    const giveUp = performance.now() + resumeBudget;
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        return await send(signal);
      } catch (cause) {
        this.#stopIfAborted(cause, limit, caller);
        const error = translateError(cause);
        const left = giveUp - performance.now();
        const again =
          error instanceof DataApiUnavailableError && error.begun === 'no' && isPassing(error.code);
        if (!again || left <= 0) throw error;
        await sleep(Math.min(wait, left), undefined, { signal }).catch(() => {
          this.#stopIfAborted(error, limit, caller);
        });
      }
    }
  }

  #stopIfAborted(cause: unknown, limit?: AbortSignal, caller?: AbortSignal): void {
    caller?.throwIfAborted();
    if (limit?.aborted === true) throw this.#config.timeoutError(this.#config.within ?? 0, cause);
  }
}

/** Is it over by itself in seconds? A lost transaction never comes back, and who is kept out is let in by somebody. */
function isPassing(code: string): boolean {
  return code !== 'data_api_transaction_lost' && code !== 'data_api_denied';
}

/**
 * Keeps the SDK from sending a command a second time, whatever the client's own settings for retries: it does so also
 * after a lost answer or a 500, when the statement may have been carried out already. The failure of the first attempt
 * is what every further one ends with.
 */
function sendOnce<I extends object, O extends object>(middlewares: MiddlewareStack<I, O>): void {
  let failure: { readonly error: unknown } | null = null;
  middlewares.add(
    (next) => async (input) => {
      if (failure !== null) throw failure.error;
      try {
        return await next(input);
      } catch (error) {
        failure = { error };
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'sendOnce' },
  );
}
