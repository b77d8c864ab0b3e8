import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { type Database, openDatabase } from '../../../database/index.ts';
import { DirectoryStore, type ObjectStore } from '../../../services/model-store/index.ts';
import { deafPool } from '../../support/deaf-pool.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import type { Process } from './plan.ts';
import { type Sabotage, sabotage } from './sabotage.ts';
import { Service } from './service.ts';

/** A database with the ledger in it, a store, and two service processes on them; many interleavings use one place. */
export interface Place {
  /** The test's own connection: what is done on its connections is nobody else's work. */
  readonly client: pg.Pool;
  /** The database as trainers, drains and the upkeep have it. */
  readonly database: Database;
  /** Theirs too. */
  readonly store: ObjectStore;
  readonly storeFolder: string;
  readonly services: [Service, Service];
  /** Puts a new process where one crashed. */
  replace(at: Process): Promise<void>;
  close(): Promise<void>;
}

/** What the test's own connections are called. */
export const OWN_NAME = 'ledger';

/** With `broken`, the program in it is broken on purpose. */
export async function openPlace(broken: Sabotage | null = null): Promise<Place> {
  const [testDatabase, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
  const { connectionString } = testDatabase;
  // Known by its name where connections are broken on purpose.
  const client = deafPool({ connectionString, max: 3, application_name: OWN_NAME });
  await client.query(await readFile(new URL('./ledger.sql', import.meta.url), 'utf8'));
  if (broken !== null) await sabotage(client, broken);
  const database = openDatabase({ connectionString, connections: 8 });
  await database.retrainings.setTrainFunction('train');
  const store = new DirectoryStore(folder.path);
  const start = () => Service.start(connectionString, store);
  const services: [Service, Service] = [await start(), await start()];
  const ending: Promise<void>[] = [];
  return {
    client,
    database,
    store: broken?.store?.(store) ?? store,
    storeFolder: folder.path,
    services,
    async replace(at) {
      ending.push(services[at].stop());
      services[at] = await start();
    },
    async close() {
      for (const service of services) await service.stop();
      await Promise.all(ending);
      await Promise.all([client.end(), database.close()]);
      await testDatabase.drop();
      await folder.remove();
    },
  };
}
