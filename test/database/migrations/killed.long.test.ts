import { beforeAll, describe, test } from '@jest/globals';
import { expectToRecover, type Victim, type WholeRun, wholeRun } from './cut-short.ts';

let whole: WholeRun;
beforeAll(async () => {
  whole = await wholeRun();
});

describe('migrating, killed at every statement', () => {
  test.each<[string, Victim, 'arrived' | 'answered']>([
    ['before the server sees it, with the process that migrates', 'runner', 'arrived'],
    ['when it was carried out, with the process that migrates', 'runner', 'answered'],
    ["before it is carried out, with the server's process", 'backend', 'arrived'],
  ])(
    '%s: leaves whole migrations, and the next run does the others',
    async (_, victim, phase) => {
      for (let number = 1; number <= whole.statements.length; number++) {
        await expectToRecover({ number, phase }, victim, whole);
      }
    },
    1_800_000,
  );
});
