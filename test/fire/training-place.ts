import pg from 'pg';
import { type Database, openDatabase } from '../../database/index.ts';
import type { ObjectStore, S3StoreSettings } from '../../services/model-store/index.ts';
import { type RetrainReport, retrain } from '../../services/train/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { type StartedProcess, startProcess } from '../support/process.ts';
import { openStore, type StorePlace } from './store-place.ts';
import type { TrainerTask } from './trainer.ts';

/** Far longer than any test: a lease ends when the test says so. */
const LEASE_SECONDS = 600;

/** A database and a store of their own, and trainers that work on them: in this process, or in processes of their own. */
export interface TrainingPlace {
  readonly database: Database;
  readonly connectionString: string;
  readonly client: pg.Client;
  readonly store: ObjectStore;
  /** Where the store is, unless it is in S3. */
  readonly folder: string;
  /** What a trainer does that is asked for this predictor. */
  train(predictor: string): Promise<RetrainReport | null>;
  /** Starts a training process; with `stopAt` it stops itself at that step. */
  start(predictor: string, task?: Partial<TrainerTask>): StartedProcess;
  /** As if the time of all leases had passed on the database's clock. */
  letLeasesLapse(): Promise<void>;
  close(): Promise<void>;
}

/** The store is a folder, unless it is said to be in S3. */
export async function openTrainingPlace(s3?: S3StoreSettings): Promise<TrainingPlace> {
  const [testDatabase, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
  const { connectionString } = testDatabase;
  const database = openDatabase({ connectionString });
  const client = new pg.Client({ connectionString });
  await client.connect();
  const place: StorePlace = s3 === undefined ? { folder: folder.path } : { s3 };
  const { store, close: closeStore } = openStore(place);
  return {
    database,
    connectionString,
    client,
    store,
    folder: folder.path,
    train: (predictor) => retrain(predictor, { database, store, codeVersion: 'test' }),
    start: (predictor, task) => {
      const whole = { connectionString, store: place, predictor, leaseSeconds: LEASE_SECONDS, ...task };
      return startProcess({
        command: process.execPath,
        args: ['test/fire/trainer.ts', JSON.stringify(whole)],
        env: { NODE_OPTIONS: undefined },
      });
    },
    async letLeasesLapse() {
      await client.query(
        `update hundredfold.retrainings set lease_until = clock_timestamp() where status = 'running'`,
      );
    },
    async close() {
      await client.end();
      closeStore();
      await database.close();
      await testDatabase.drop();
      await folder.remove();
    },
  };
}
