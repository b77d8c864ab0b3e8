import { describe, expect, test } from '@jest/globals';
import { isUnavailable, sqlState } from '../../database/errors.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });

describe('the SQLSTATE of an error', () => {
  test.each(['53100', '57P01', 'UH001', 'P0001', 'XX000'])('is told: %s', (code) => {
    expect(sqlState(coded(code))).toBe(code);
  });

  test('is not the code of the system, also where that has five letters', () => {
    expect(sqlState(coded('EPIPE'))).toBeNull();
  });
});

describe('a database that is away', () => {
  test.each([
    ...['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'EHOSTUNREACH', 'EAI_AGAIN', '57P01', '53100', '08006'],
    ...['25006', '28P01', '3D000', '58030', 'data_api_denied'],
  ])('is known by %s', (code) => expect(isUnavailable(coded(code))).toBe(true));

  test.each(['23505', '42883', '42501', '57014', '58P01', 'UH001', 'EACCES', 'data_api_refused'])(
    'is not known by %s',
    (code) => {
      expect(isUnavailable(coded(code))).toBe(false);
    },
  );
});
