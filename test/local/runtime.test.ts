import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { openDatabase } from '../../database/index.ts';
import { startRuntime } from '../../services/local/runtime.ts';
import { DirectoryStore } from '../../services/model-store/index.ts';
import { Shutdown } from '../../services/process/shutdown.ts';
import { freshDatabase } from '../database/migrations/fresh-database.ts';
import { trainedPredictor } from '../fire/trained-predictor.ts';
import { temporaryFolder } from '../support/folder.ts';

test('the log has each migration, and a champion that cannot be taken over once, however often it is looked at', async () => {
  const [place, folder] = await Promise.all([freshDatabase(), temporaryFolder()]);
  const lines: string[] = [];
  const start = async () => {
    const shutdown = new Shutdown({ exit: () => {} });
    const options = {
      ...{ connectionString: place.connectionString, storeFolder: folder.path, codeVersion: 'test' },
      ...{ adminKey: null, adminKeyFile: null, rateLimit: 0, corsOrigins: [] },
      ...{ host: '127.0.0.1', port: 0, report: (line: string) => lines.push(line) },
    };
    const { url } = await startRuntime(options, shutdown);
    return { url, stop: () => shutdown.begin() };
  };
  await (await start()).stop();
  expect(lines).toEqual(['Database ready']);

  const database = openDatabase({ connectionString: place.connectionString });
  const id = await trainedPredictor(database, new DirectoryStore(folder.path), 'searches');
  const model = await database.models.find(id, 1);
  await database.close();
  await writeFile(path.join(folder.path, model?.key ?? ''), 'no model');
  const { url, stop } = await start();
  const metric = /champion_problems_total\{predictor="searches"\} (\d+)/;
  const looks = async () => Number(metric.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
  while ((await looks()) < 3) await sleep(100);
  expect(lines.filter((line) => line.startsWith('searches: '))).toHaveLength(1);
  await stop();
  await place.drop();
  await folder.remove();
});
