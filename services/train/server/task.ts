import { type Database, openDatabase } from '../../../database/index.ts';
import { S3Store } from '../../model-store/index.ts';
import type { Log } from '../../observability/log.ts';
import type { Shutdown } from '../../process/shutdown.ts';
import type { RetrainReport } from '../index.ts';
import type { TaskSettings } from './settings.ts';
import { type Training, trainingWith } from './training.ts';

/** Carries out one training, then begins the shutdown with the exit code that its verdict has. */
export async function carryOut(
  predictor: string,
  settings: TaskSettings,
  log: Log,
  shutdown: Shutdown,
): Promise<void> {
  const database = openDatabase(settings.database);
  const store = new S3Store(settings.models);
  shutdown.add('the model store', () => store.close());
  shutdown.add('the database connections', () => database.close());
  const training = trainingWith({ database, store, renewFrom: settings.database, log });
  const working = trained(predictor, database, training);
  shutdown.add(
    'the training',
    async () => {
      training.giveBack();
      await working.catch(() => {});
    },
    5_000,
  );
  const report = await working;
  const { verdict, reason } = report;
  log.info(`retraining of ${predictor}: ${verdict}`, { predictor, verdict, reason });
  await shutdown.begin(verdict === 'failed' || verdict === 'none' ? 1 : 0);
}

type Outcome = Pick<RetrainReport, 'reason'> & { readonly verdict: RetrainReport['verdict'] | 'none' };

async function trained(predictor: string, database: Database, training: Training): Promise<Outcome> {
  const pending = await training.train(predictor);
  if (pending !== null) return pending;
  const state = await database.predictors.state(predictor);
  if (state === null) return { verdict: 'none', reason: `There is no predictor ${predictor}.` };
  if (!(await database.retrainings.trainingIsOn())) {
    return { verdict: 'none', reason: 'Training is switched off.' };
  }
  await database.retrainings.request(state.id);
  const asked = await training.train(predictor);
  return asked ?? { verdict: 'none', reason: 'Another trainer is at it.' };
}
