import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { deafPool } from '../deaf-pool.ts';
import type { WireParameter } from './parameters.ts';
import { Refusal } from './refusal.ts';
import type { ResultOptions } from './result-fields.ts';
import { Statements } from './statements.ts';
import { Transactions } from './transactions.ts';

/** What the operations are asked, as the SDK writes it. */
export interface OperationInput {
  readonly resourceArn?: string;
  readonly secretArn?: string;
  readonly database?: string;
  readonly schema?: string;
  readonly sql?: string;
  readonly parameters?: readonly WireParameter[];
  readonly parameterSets?: readonly (readonly WireParameter[])[];
  readonly transactionId?: string;
  readonly includeResultMetadata?: boolean;
  readonly continueAfterTimeout?: boolean;
  readonly resultSetOptions?: ResultOptions;
}

export interface OperationSettings {
  readonly connectionString: string;
  readonly resourceArn: string;
  readonly secretArn: string;
  /** After which a transaction that nobody uses is rolled back, in milliseconds. */
  readonly transactionIdle: number;
  /** After which a statement is stopped, in milliseconds. */
  readonly statementTimeout: number;
  /** Whether an error in a transaction ends it for the API, as its guide says. PostgreSQL alone only aborts it. */
  readonly errorsEndTransactions: boolean;
}

/** The API's five operations over a pool of real connections. */
export class Operations {
  readonly #settings: OperationSettings;
  readonly #pool: pg.Pool;
  readonly #transactions: Transactions;
  readonly #statements: Statements;

  constructor(settings: OperationSettings) {
    this.#settings = settings;
    this.#transactions = new Transactions(settings.transactionIdle);
    this.#statements = new Statements(settings.statementTimeout);
    this.#pool = deafPool({
      connectionString: settings.connectionString,
      max: 60,
      options: `-c timezone=UTC -c datestyle=ISO,YMD -c statement_timeout=${settings.statementTimeout}`,
    });
  }

  get openTransactions(): number {
    return this.#transactions.count;
  }

  async run(path: string, input: OperationInput): Promise<object> {
    this.#check(input);
    switch (path) {
      case '/Execute':
        return this.#within(input, (client) =>
          this.#statements.run(client, request(input, input.parameters ?? [])),
        );
      case '/BatchExecute':
        return this.#within(input, (client) => this.#batch(client, input));
      case '/BeginTransaction':
        return { transactionId: await this.#begin(input) };
      case '/CommitTransaction':
        await this.#end(input.transactionId ?? '', 'commit');
        return { transactionStatus: 'Transaction Committed' };
      case '/RollbackTransaction':
        await this.#end(input.transactionId ?? '', 'rollback');
        return { transactionStatus: 'Rollback Complete' };
      default:
        throw new Refusal('UnknownOperationException', `no operation ${path}`, 404);
    }
  }

  async close(): Promise<void> {
    await this.#transactions.endAll();
    await this.#pool.end();
  }

  #check({ resourceArn, secretArn, schema, continueAfterTimeout, transactionId }: OperationInput): void {
    if (resourceArn !== this.#settings.resourceArn) {
      throw new Refusal(
        'HttpEndpointNotEnabledException',
        `HttpEndpoint is not enabled for cluster ${resourceArn}`,
      );
    }
    if (secretArn !== this.#settings.secretArn) {
      throw new Refusal(
        'SecretsErrorException',
        `Secrets Manager can't find the specified secret: ${secretArn}`,
      );
    }
    if (schema !== undefined)
      throw new Refusal('ValidationException', "The schema parameter isn't supported");
    if (continueAfterTimeout === true && transactionId !== undefined) {
      throw new Refusal('BadRequestException', 'continueAfterTimeout is not supported within a transaction');
    }
  }

  async #within<T>(input: OperationInput, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const id = input.transactionId;
    if (id === undefined) return this.#alone(work);
    return this.#transactions.use(id, input.database ?? null, async (client) => {
      try {
        return await work(client);
      } catch (error) {
        if (this.#settings.errorsEndTransactions) {
          await this.#transactions.end(
            id,
            'rollback',
            'Transaction has been aborted due to an error from a previous call.',
          );
        }
        throw error;
      }
    });
  }

  async #alone<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  }

  async #batch(client: pg.PoolClient, input: OperationInput): Promise<object> {
    const updateResults: object[] = [];
    for (const parameters of input.parameterSets ?? [[]]) {
      await this.#statements.run(client, request(input, parameters));
      updateResults.push({ generatedFields: [] });
    }
    return { updateResults };
  }

  async #begin({ database = '' }: OperationInput): Promise<string> {
    return this.#transactions.begin(await this.#connect(), database);
  }

  async #end(id: string, how: 'commit' | 'rollback'): Promise<void> {
    await this.#transactions.use(id, null, () =>
      this.#transactions.end(id, how, 'One previous call resulted in a termination of your transaction.'),
    );
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      await sleep(0);
      throw new Refusal(
        'DatabaseUnavailableException',
        error instanceof Error ? error.message : String(error),
      );
    }
  }
}

function request(input: OperationInput, parameters: readonly WireParameter[]) {
  return {
    sql: input.sql ?? '',
    parameters,
    resultSetOptions: input.resultSetOptions ?? {},
    includeResultMetadata: input.includeResultMetadata === true,
  };
}
