import { type Database, openDatabase } from '../../../database/index.ts';
import { DispatchMarks, S3Store } from '../../model-store/index.ts';
import type { Log } from '../../observability/log.ts';
import { PrometheusMetrics } from '../../observability/prometheus-metrics.ts';
import { bucketsAtStart } from '../../process/buckets-at-start.ts';
import { migrateAtStart } from '../../process/migrate-at-start.ts';
import type { Shutdown } from '../../process/shutdown.ts';
import { prune } from '../prune.ts';
import { type ChainOptions, sendNext } from '../queue/chain.ts';
import { Invocations } from '../queue/invocations.ts';
import { Trainer } from '../queue/trainer.ts';
import { enqueueUnfinished } from '../queue/unfinished.ts';
import { serveHealth } from './health.ts';
import type { TrainServerSettings } from './settings.ts';
import { type Training, trainingWith } from './training.ts';

const DAY_MS = 86_400_000;
/** How often it is looked whether predictors were deleted whose models are still there. */
const LOOK_MS = 60_000;
/** How long the training at hand may take to be given back, before its claim is released over its head. */
const GIVE_BACK_MS = 4_000;

/**
 * Starts the training service: the database is migrated and told that somebody listens; what it asks for is carried out,
 * one training after another, in this process.
 */
export async function startTraining(
  settings: TrainServerSettings,
  log: Log,
  shutdown: Shutdown,
): Promise<void> {
  await migrateAtStart(settings.database, log);
  await bucketsAtStart([settings.models, settings.spool]);
  const metrics = new PrometheusMetrics();
  const database = openDatabase(settings.database);
  const store = new S3Store(settings.models);
  const spool = new S3Store(settings.spool);
  shutdown.add('the stores', () => {
    store.close();
    spool.close();
  });
  shutdown.add('the database connections', () => database.close());
  await database.retrainings.setTrainFunction('local');

  const training = trainingWith({ database, store, renewFrom: settings.database, log });
  const trainer = queue(training, { database, marks: new DispatchMarks(spool), log, metrics });
  shutdown.add('the training', () => endTraining(trainer, training), GIVE_BACK_MS + 1_000);

  const stopPruning = pruneOldModels(database, store, log);
  shutdown.add('the pruning', stopPruning);

  let isListening = false;
  const invocations = new Invocations(
    settings.database.connectionString,
    ({ predictor, reproduction }) => trainer.enqueue(predictor, reproduction),
    () => {
      isListening = true;
      void enqueueUnfinished(database, trainer);
    },
    () => {
      isListening = false;
      log.warn('the connection on which the database tells of trainings was lost; it is made again');
    },
  );
  const look = () => ({ listening: isListening, training: training.predictor });
  const health = await serveHealth(settings.address, look, metrics);
  shutdown.add('the health page', () => health.close());
  await invocations.start();
  shutdown.add('the invocations', () => invocations.stop());
  const { address, port } = health.address;
  log.info('listening for trainings', { address, port });
}

function queue(training: Training, chain: ChainOptions): Trainer {
  const { log, metrics } = chain;
  return new Trainer({
    train: async (predictor) => {
      const began = performance.now();
      const report = await training.train(predictor);
      if (report !== null) {
        metrics.observe('hundredfold_retraining_seconds', (performance.now() - began) / 1000);
      }
      return report;
    },
    reproduce: (id) => training.reproduce(id),
    onFinished: async (predictor, { retraining, verdict, reason, model }) => {
      metrics.add('hundredfold_retrainings_finished_total', 1, { verdict });
      if (verdict === 'failed') metrics.add('hundredfold_retrainings_failed_total');
      log.info(`retraining of ${predictor}: ${verdict}`, { predictor, retraining, verdict, reason, model });
      await sendNext(chain);
    },
    onReproduced: (predictor, { model, equal, reason }) => {
      log.info(`model ${model} of ${predictor} was made again`, { predictor, model, equal, reason });
    },
    onError: async (predictor, error) =>
      log.error(`the training of ${predictor} broke off`, error, { predictor }),
  });
}

/** A training that does not come to a step in time loses its lease instead: either way another trainer may begin at once. */
async function endTraining(trainer: Trainer, training: Training): Promise<void> {
  trainer.stop();
  training.giveBack();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, GIVE_BACK_MS);
  });
  await Promise.race([trainer.idle(), late]);
  clearTimeout(timer);
  await training.release();
}

/** Every day, and soon after a predictor was deleted. */
function pruneOldModels(database: Database, store: S3Store, log: Log): () => void {
  let next = performance.now() + DAY_MS;
  const look = async () => {
    const isDue = performance.now() >= next;
    if (!isDue && (await database.removals.unpruned(0)).length === 0) return;
    if (isDue) next += DAY_MS;
    const { pruned, removed } = await prune({ database, store });
    log.info('old models were pruned', { pruned: pruned.length, removed });
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.error('old models could not be pruned', error));
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}
