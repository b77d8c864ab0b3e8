import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Database, openDatabase } from '../../database/index.ts';
import { DirectoryStore, type ObjectStore, S3Store } from '../../services/model-store/index.ts';
import { buildApp } from '../../services/predict/service/app.ts';
import { Champions } from '../../services/serving/champions.ts';
import { type FaultProxy, startFaultProxy } from '../support/faults/fault-proxy.ts';
import { temporaryFolder } from '../support/folder.ts';
import { PATIENT } from '../support/patience.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { startS3Server } from '../support/s3-server.ts';
import { HttpClient } from './http-client.ts';

/** A service that answers real HTTP. */
export interface ServingProcess {
  readonly champions: Champions;
  readonly http: HttpClient;
  close(): Promise<void>;
}

/** A database and a store, and as many services over the two as a test wants. */
export interface ServingPlace {
  readonly database: Database;
  /** Past whatever stands between the services and the store. */
  readonly store: ObjectStore;
  /** Where an object's bytes lie on disk: damage is done there, behind the store's back. */
  file(key: string): string;
  /** Between the services and an S3 server; null where the store is a folder. */
  readonly network: FaultProxy | null;
  serve(): Promise<ServingProcess>;
  close(): Promise<void>;
}

export type StoreKind = 'a directory' | 'S3';

/** Pointers are looked at far more often than in earnest. */
const LOOK_MS = 10;

export async function openServingPlace(kind: StoreKind): Promise<ServingPlace> {
  const [testDatabase, opened] = await Promise.all([
    createTestDatabase(),
    kind === 'S3' ? openS3() : openFolder(),
  ]);
  const database = openDatabase({ connectionString: testDatabase.connectionString, connections: 8 });
  const processes: ServingProcess[] = [];
  return {
    ...opened,
    database,
    async serve() {
      const champions = new Champions({ store: opened.served, patience: 2_000 });
      const app = buildApp({ database, store: opened.served, champions, settings: PATIENT });
      await app.listen({ port: 0, host: '127.0.0.1' });
      champions.start(LOOK_MS);
      const http = new HttpClient((app.server.address() as AddressInfo).port);
      const started = {
        champions,
        http,
        async close() {
          champions.stop();
          http.close();
          await app.close();
        },
      };
      processes.push(started);
      return started;
    },
    async close() {
      for (const started of processes) await started.close();
      await database.close();
      await Promise.all([testDatabase.drop(), opened.close()]);
    },
  };
}

async function openFolder() {
  const folder = await temporaryFolder();
  const store = new DirectoryStore(folder.path);
  return {
    store,
    served: store,
    file: (key: string) => path.join(folder.path, key),
    network: null,
    close: () => folder.remove(),
  };
}

async function openS3() {
  const server = await startS3Server();
  const network = await startFaultProxy(server.endpoint);
  const settings = await server.bucket();
  const store = new S3Store(settings);
  const limits = { connect: 200, answer: 300, silence: 200, operation: 1_000, attempts: 2 };
  const served = new S3Store({ ...settings, endpoint: network.url, limits });
  return {
    store,
    served,
    file: (key: string) => path.join(server.folder, settings.bucket, key),
    network,
    async close() {
      store.close();
      served.close();
      await network.stop();
      await server.stop();
    },
  };
}
