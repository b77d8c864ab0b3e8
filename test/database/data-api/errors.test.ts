import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import {
  createDataApiClient,
  DataApiError,
  DataApiStatementError,
} from '../../../database/data-api/index.ts';
import { translateError } from '../../../database/data-api/translate-error.ts';
import { isUnavailable, sqlState } from '../../../database/errors.ts';
import { type BothDrivers, CREDENTIALS, startBothDrivers } from './fixture.ts';

let both: BothDrivers;
beforeAll(async () => {
  both = await startBothDrivers();
  await sql`create table parents (id integer primary key)`.execute(both.direct);
});
afterAll(() => both.close());

const failure = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};

describe('what PostgreSQL refuses', () => {
  test('carries its SQLSTATE as an error of pg does, with detail and constraint', async () => {
    await sql`insert into parents values (1)`.execute(both.dataApi);
    const error = await failure(sql`insert into parents values (1)`.execute(both.dataApi));
    expect(error).toBeInstanceOf(DataApiStatementError);
    expect(error).toMatchObject({
      code: '23505',
      message: 'duplicate key value violates unique constraint "parents_pkey"',
      detail: 'Key (id)=(1) already exists.',
      constraint: 'parents_pkey',
    });
    const theirs = await failure(sql`insert into parents values (1)`.execute(both.direct));
    expect(sqlState(error)).toBe(sqlState(theirs));
    expect(isUnavailable(error)).toBe(false);
  });

  test.each(['UH001', 'UH011', '40001', '57P01'])(
    '%s of a function of our own is taken out',
    async (state) => {
      const raise = sql.raw(
        `do $$ begin raise exception 'SQLState: 00000 said\n  she; ' using errcode = '${state}'; end $$`,
      );
      const error = await failure(raise.execute(both.dataApi));
      expect(sqlState(error)).toBe(state);
      expect(isUnavailable(error)).toBe(state === '57P01');
    },
  );

  test('a place in the text and a hint are kept', async () => {
    expect(await failure(sql`select nothing('a')`.execute(both.dataApi))).toMatchObject({
      code: '42883',
      position: 8,
      hint: expect.stringContaining('explicit type casts'),
    });
  });
});

describe('an error of the API', () => {
  const of = (name: string, message: string, status = 400) =>
    Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });

  test.each([
    [
      of(
        'DatabaseErrorException',
        'ERROR: duplicate key value violates unique constraint "x"; SQLState: 23505',
      ),
      '23505',
      false,
    ],
    [
      of(
        'DatabaseErrorException',
        'bind message supplies 0 parameters, but prepared statement requires 1; SQLState: 08P01',
      ),
      '08P01',
      true,
    ],
    [
      of('BadRequestException', 'ERROR: relation "a" does not exist\n  Position: 13; SQLState: 42P01'),
      '42P01',
      false,
    ],
    [
      of('DatabaseResumingException', 'The Aurora DB instance is resuming after being auto-paused.'),
      'data_api_resuming',
      true,
    ],
    [
      of('BadRequestException', 'Communications link failure\n\nThe last packet sent successfully'),
      'data_api_unavailable',
      true,
    ],
    [of('ServiceUnavailableError', 'busy', 503), 'data_api_unavailable', true],
    [of('InternalServerErrorException', 'oh', 500), 'data_api_unavailable', true],
    [of('DatabaseUnavailableException', 'no writer', 504), 'data_api_unavailable', true],
    [of('StatementTimeoutException', 'Request timed out'), 'data_api_timeout', true],
    [of('ThrottlingException', 'Rate exceeded', 429), 'data_api_throttled', true],
    [
      of('TransactionNotFoundException', 'Transaction A/b+c= is not found', 404),
      'data_api_transaction_lost',
      true,
    ],
    [of('BadRequestException', 'Transaction A/b+c= is not found'), 'data_api_transaction_lost', true],
    [
      of('BadRequestException', 'Database returned more than the allowed response size limit'),
      'data_api_too_large',
      false,
    ],
    [
      of('UnsupportedResultException', 'The result exceeds the size limit 1 MB.'),
      'data_api_too_large',
      false,
    ],
    [
      of('UnsupportedResultException', 'The result contains the unsupported data type INTERVAL.'),
      'data_api_unsupported',
      false,
    ],
    [of('DatabaseErrorException', 'Transaction is still running a query'), 'data_api_refused', false],
    [of('ValidationException', "Multistatements aren't supported."), 'data_api_refused', false],
    [of('TimeoutError', 'no connection within 2000 ms'), 'data_api_timeout', true],
    [
      Object.assign(of('TimeoutError', 'socket hang up'), { code: 'ECONNRESET' }),
      'data_api_unavailable',
      true,
    ],
    [
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      'data_api_unavailable',
      true,
    ],
    [of('SyntaxError', "Unexpected token '<'", 403), 'data_api_unavailable', true],
    [
      Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' }),
      'data_api_denied',
      true,
    ],
    [of('DatabaseErrorException', 'FATAL: password authentication failed; SQLState: 28P01'), '28P01', true],
    [new TypeError('nothing of the API'), 'data_api_refused', false],
    ['a text', 'data_api_refused', false],
  ])('no. %# is known', (cause, code, away) => {
    const error = translateError(cause);
    expect(error).toBeInstanceOf(DataApiError);
    expect(error.code).toBe(code);
    expect(error.cause).toBe(cause);
    expect(isUnavailable(error)).toBe(away);
  });

  test.each([
    ...['AccessDeniedException', 'ForbiddenException', 'SecretsErrorException', 'InvalidSecretException'],
    ...['DatabaseNotFoundException', 'InvalidResourceStateException', 'HttpEndpointNotEnabledException'],
    ...['NotFoundException', 'ExpiredTokenException', 'UnrecognizedClientException', 'IncompleteSignature'],
    ...['OfNextYearException', 'Unknown'],
  ])('%s says that the way in is shut for a while, and is not asked again at once', async (name) => {
    both.api.refuse(name, 'no');
    const before = both.api.calls.Execute ?? 0;
    const error = await failure(sql`select 1`.execute(both.open({ resumeBudget: 5_000 })));
    both.api.accept();
    expect(error).toMatchObject({ code: 'data_api_denied', begun: 'no' });
    expect(error).toMatchObject({ message: expect.stringContaining(`${name}: no`) });
    expect(isUnavailable(error)).toBe(true);
    expect((both.api.calls.Execute ?? 0) - before).toBe(1);
  });

  test('is told apart over the wire', async () => {
    const wrong = both.open({ secretArn: 'arn:wrong' });
    expect(await failure(sql`select 1`.execute(wrong))).toMatchObject({ code: 'data_api_denied' });
    expect(await failure(sql`select 1; select 2`.execute(both.dataApi))).toMatchObject({
      code: 'data_api_refused',
    });
    expect(await failure(sql`select now() - now() as age`.execute(both.dataApi))).toMatchObject({
      code: 'data_api_unsupported',
      message: expect.stringContaining('INTERVAL'),
    });
    const nobody = createDataApiClient({
      endpoint: 'http://127.0.0.1:9',
      region: 'x',
      credentials: CREDENTIALS,
    });
    expect(await failure(sql`select 1`.execute(both.open({ client: nobody })))).toMatchObject({
      code: 'data_api_unavailable',
      begun: 'no',
    });
  });
});
