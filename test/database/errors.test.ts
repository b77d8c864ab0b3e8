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
  test.each(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'EHOSTUNREACH', 'EAI_AGAIN', '57P01', '53100', '08006'])(
    'is known by %s',
    (code) => expect(isUnavailable(coded(code))).toBe(true),
  );

  test.each(['23505', '42883', 'UH001', 'EACCES'])('is not known by %s', (code) => {
    expect(isUnavailable(coded(code))).toBe(false);
  });
});
