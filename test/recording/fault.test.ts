import { describe, expect, test } from '@jest/globals';
import { translateError } from '../../database/data-api/translate-error.ts';
import { DatabaseTimeoutError } from '../../database/index.ts';
import {
  isDatabasesFault,
  isFaultOfAllRows,
  isRowsFault,
  mayBeOneRows,
} from '../../services/recording/fault.ts';

const coded = (code: string, fields: object = {}) => Object.assign(new Error(code), { code, ...fields });
const overTheApi = (name: string, message = 'no', status = 400) =>
  translateError(Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } }));

describe('the row is at fault', () => {
  test.each([
    ['22P02', coded('22P02')],
    ['22021', coded('22021')],
    ['54000', coded('54000')],
    ['UH010', coded('UH010')],
    ['a constraint of its table', coded('23514', { table: 'predictions' })],
    [
      'the same over the Data API',
      overTheApi(
        'DatabaseErrorException',
        'ERROR: null value in column "inputs" of relation "predictions" violates not-null constraint; SQLState: 23502',
      ),
    ],
    ['a request that is too large', overTheApi('BadRequestException', 'Packet for query is too large')],
  ])('by %s', (_name, error) => {
    expect([isRowsFault(error), isDatabasesFault(error), isFaultOfAllRows(error)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(mayBeOneRows(error)).toBe(true);
  });
});

describe('the database is at fault, or the way to it', () => {
  test.each([
    ...['08006', '0A000', '21000', '25006', '26000', '28P01', '2D000', '3D000', '3F000', '40P01', '42501'],
    ...['42703', '42883', '42P01', '53100', '53300', '55P03', '57014', '57P01', '57P03', '58030', 'F0000'],
    ...['HV000', 'P0001', 'P0002', 'UH001', 'UH006', 'XX000', 'XX002'],
  ])('by SQLSTATE %s, over both drivers', (state) => {
    for (const error of [
      coded(state),
      overTheApi('DatabaseErrorException', `ERROR: no; SQLState: ${state}`),
      overTheApi('BadRequestException', `ERROR: no; SQLState: ${state}`),
    ]) {
      expect([isRowsFault(error), isDatabasesFault(error)]).toEqual([false, true]);
    }
  });

  test.each([
    ...[
      'AccessDeniedException',
      'BadRequestException',
      'DatabaseErrorException',
      'DatabaseNotFoundException',
    ],
    ...['DatabaseResumingException', 'DatabaseUnavailableException', 'ExpiredTokenException'],
    ...['ForbiddenException', 'HttpEndpointNotEnabledException', 'InternalServerErrorException'],
    ...['InvalidResourceStateException', 'InvalidSecretException', 'NotFoundException', 'OfNextYear'],
    ...[
      'SecretsErrorException',
      'ServiceUnavailableError',
      'StatementTimeoutException',
      'ThrottlingException',
    ],
    ...['TransactionNotFoundException', 'UnrecognizedClientException', 'UnsupportedResultException'],
    ...['ValidationException', 'SyntaxError', 'TimeoutError', 'TypeError'],
  ])('by %s of the Data API', (name) => {
    const error = overTheApi(name);
    expect([isRowsFault(error), isDatabasesFault(error)]).toEqual([false, true]);
  });

  test.each([
    ['what ends the connection, whatever its class', coded('22023', { severity: 'FATAL' })],
    [
      'the same over the Data API',
      overTheApi('DatabaseErrorException', 'FATAL: no such zone; SQLState: 22023'),
    ],
    ['a constraint of another table', coded('23505', { table: 'retrainings', constraint: 'one_running' })],
    [
      'the same over the Data API',
      overTheApi(
        'DatabaseErrorException',
        'ERROR: duplicate key value violates unique constraint "retrainings_pkey"; SQLState: 23505',
      ),
    ],
    ['no answer in time', new DatabaseTimeoutError(5)],
    ['a cut connection', coded('ECONNRESET')],
  ])('by %s', (_name, error) => {
    expect([isRowsFault(error), isDatabasesFault(error)]).toEqual([false, true]);
  });

  test('but a fault of the program is neither the row’s nor the database’s', () => {
    const error = new TypeError('undefined is not a function');
    expect([isRowsFault(error), isDatabasesFault(error)]).toEqual([false, false]);
  });
});

describe('neighbours are worth a try', () => {
  test.each(['XX000', 'P0001', '21000', '22P02'])('without a row that brings about %s', (state) =>
    expect(mayBeOneRows(coded(state))).toBe(true),
  );

  test.each(['42501', '42P01', '28P01', '57P03', '53100', 'ECONNREFUSED', 'data_api_denied'])(
    'by no means where all meet %s',
    (state) => expect(mayBeOneRows(coded(state))).toBe(false),
  );
});
