import pg from 'pg';
import { bind, type WireParameter } from './parameters.ts';
import { Refusal, statementRefusal } from './refusal.ts';
import { assertSupported, type ResultField, type ResultOptions, resultField } from './result-fields.ts';
import { isMultistatement } from './sql-tokens.ts';
import { TypeNames } from './type-names.ts';

export const LARGEST_ROW = 65_536;
export const LARGEST_ANSWER = 1_048_576;

export interface StatementRequest {
  readonly sql: string;
  readonly parameters: readonly WireParameter[];
  readonly resultSetOptions: ResultOptions;
  readonly includeResultMetadata: boolean;
}

export interface StatementAnswer {
  readonly records?: readonly (readonly ResultField[])[];
  readonly columnMetadata?: readonly object[];
  readonly numberOfRecordsUpdated: number;
}

const asText = { getTypeParser: () => (text: string) => text };

/** Runs statements as the API does, on real PostgreSQL: what it refuses is refused, before or after. */
export class Statements {
  readonly #types = new TypeNames();
  readonly #timeout: number;

  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  async run(client: pg.PoolClient, request: StatementRequest): Promise<StatementAnswer> {
    if (isMultistatement(request.sql)) {
      throw new Refusal('ValidationException', "Multistatements aren't supported.");
    }
    const { text, values } = bind(request.sql, request.parameters);
    const result = await this.#query(client, text, values);
    const changed = /^(INSERT|UPDATE|DELETE|MERGE)$/.test(result.command ?? '');
    if (result.fields.length === 0) return { numberOfRecordsUpdated: changed ? (result.rowCount ?? 0) : 0 };
    return this.#answer(client, request, result);
  }

  async #query(client: pg.PoolClient, text: string, values: (string | Buffer | null)[]) {
    try {
      return await client.query<(string | null)[]>({ text, values, rowMode: 'array', types: asText });
    } catch (error) {
      throw error instanceof pg.DatabaseError ? statementRefusal(error, this.#timeout) : error;
    }
  }

  async #answer(
    client: pg.PoolClient,
    { resultSetOptions, includeResultMetadata }: StatementRequest,
    { fields, rows }: pg.QueryArrayResult<(string | null)[]>,
  ): Promise<StatementAnswer> {
    const types = await this.#types.of(
      client,
      fields.map(({ dataTypeID }) => dataTypeID),
    );
    for (const { name, isEnum } of types) assertSupported(name, isEnum);
    const records = rows.map((row) => {
      if (row.reduce((bytes, value) => bytes + Buffer.byteLength(value ?? ''), 0) > LARGEST_ROW) {
        throw new Refusal('DatabaseErrorException', 'Packet for query is too large');
      }
      return row.map((value, index) => resultField(types[index]?.name ?? '', value, resultSetOptions));
    });
    const answer: StatementAnswer = {
      records,
      numberOfRecordsUpdated: 0,
      ...(includeResultMetadata
        ? { columnMetadata: fields.map(({ name }, index) => column(name, types[index]?.name)) }
        : {}),
    };
    if (Buffer.byteLength(JSON.stringify(answer)) > LARGEST_ANSWER) {
      throw new Refusal('UnsupportedResultException', 'The result exceeds the size limit 1 MB.');
    }
    return answer;
  }
}

function column(name: string, typeName = ''): object {
  const nothing = {
    schemaName: '',
    tableName: '',
    isAutoIncrement: false,
    isCurrency: false,
    arrayBaseColumnType: 0,
  };
  return { name, label: name, typeName, type: 0, nullable: 2, precision: 0, scale: 0, ...nothing };
}
