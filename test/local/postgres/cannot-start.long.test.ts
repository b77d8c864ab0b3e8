import { rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startPostgres } from '../../../services/local/postgres/start.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { query } from './query.ts';

test('a PostgreSQL that cannot be started anew is tried for as long as it takes, and told of ten times', async () => {
  const folder = await temporaryFolder();
  const lines: string[] = [];
  let restarts = 0;
  const server = await startPostgres({
    folder: path.join(folder.path, 'postgres'),
    durable: false,
    report: (line) => lines.push(line),
    onRestart: () => {
      restarts += 1;
    },
  });
  const control = path.join(folder.path, 'postgres', 'global', 'pg_control');
  await rename(control, `${control}.away`);
  process.kill(server.pid, 'SIGKILL');
  while (!lines.some((line) => line.includes('trying again every 5 s'))) await sleep(50);
  // Two more, of which nobody is told.
  await sleep(11_000);
  expect(lines.filter((line) => line.includes('pg_control'))).toHaveLength(10);
  expect(restarts).toBe(0);
  await rename(`${control}.away`, control);
  while (restarts === 0) await sleep(50);
  expect(await query(server.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await server.stop();
  await folder.remove();
}, 90_000);
