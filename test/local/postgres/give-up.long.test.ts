import { rename } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { startPostgres } from '../../../services/local/postgres/start.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('a PostgreSQL that cannot be started anew is given up after ten attempts, and says so', async () => {
  const folder = await temporaryFolder();
  const lines: string[] = [];
  const server = await startPostgres({
    folder: path.join(folder.path, 'postgres'),
    durable: false,
    report: (line) => lines.push(line),
  });
  const control = path.join(folder.path, 'postgres', 'global', 'pg_control');
  await rename(control, `${control}.away`);
  process.kill(server.pid, 'SIGKILL');
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(lines.filter((line) => line.includes('pg_control'))).toHaveLength(10);
  await server.stop();
  // Only a start that succeeds frees the shared memory that the killed one left.
  await rename(`${control}.away`, control);
  await (await startPostgres({ folder: path.join(folder.path, 'postgres') })).stop();
  await folder.remove();
}, 90_000);
