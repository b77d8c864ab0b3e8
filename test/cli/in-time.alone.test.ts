import { expect, test } from '@jest/globals';
import { took } from '../support/took.ts';
import { Remote, type Reply } from './support/remote.ts';
import { run } from './support/run.ts';

/** What is said then: api/failure.test.ts. */
test('a server that does not answer is given up in time', async () => {
  const remote = new Remote();
  const late = Promise.withResolvers<Reply>();
  await remote.on('GET', '/predictors', () => late.promise).start();
  expect(await took(() => run(remote, ['status', '--timeout', '1']))).toBeLessThan(2_500);
  late.resolve({});
  await remote.stop();
});
