import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { migrate, openDatabase } from '../../database/index.ts';
import { adoptStates, DirectoryStore } from '../model-store/index.ts';
import { PrometheusMetrics } from '../observability/prometheus-metrics.ts';
import { ANYBODY } from '../predict/access/access.ts';
import { ServerKeys } from '../predict/access/server-keys.ts';
import { buildApp } from '../predict/service/app.ts';
import type { Shutdown } from '../process/shutdown.ts';
import { Champions } from '../serving/champions.ts';
import { VERSION } from '../settings/version.ts';
import { prune, type RetrainReport } from '../train/index.ts';
import { Invocations } from '../train/queue/invocations.ts';
import { Trainer } from '../train/queue/trainer.ts';
import { enqueueUnfinished } from '../train/queue/unfinished.ts';
import { Upkeep } from '../upkeep/upkeep.ts';
import { listening } from './listening.ts';
import { TrainingDiedError, TrainingProcess } from './training/training-process.ts';

export interface RuntimeOptions {
  readonly connectionString: string;
  readonly storeFolder: string;
  readonly host: string;
  readonly port: number;
  /** An admin key to register. */
  readonly adminKey: string | null;
  readonly adminKeyFile: string | null;
  readonly rateLimit: number;
  readonly corsOrigins: readonly string[];
  readonly report: (line: string) => void;
}

/** Where it answers, and headers that have it let us in ourselves, keys or none. */
export interface Running {
  readonly url: string;
  readonly ownHeaders: Readonly<Record<string, string>>;
}

/** A lease on one machine: its trainer is a child of ours, so a lapse means that it died. */
const LEASE_SECONDS = 20;
/** How often pointers are looked at; our own trainings are taken over at once. */
const POINTERS_MS = 2_000;
/** Enough for answers, imports and admin calls side by side; the embedded server takes 40. */
const CONNECTIONS = 16;

/**
 * Everything but the database server: HTTP, champions in memory, and the trainer's process beside it. What is opened
 * is added to `shutdown` as it is opened. Resolves once requests are answered.
 */
export async function startRuntime(options: RuntimeOptions, shutdown: Shutdown): Promise<Running> {
  const { connectionString, storeFolder, report } = options;
  const complain = (what: string, error: unknown) =>
    report(`${what}: ${error instanceof Error ? error.message : String(error)}`);

  const { applied } = await migrate({
    connectionString,
    report: (line, what) => {
      if (what !== 'migrated') report(line);
    },
  });
  if (applied.length > 0) report('Database ready');
  const database = openDatabase({ connectionString, connections: CONNECTIONS });
  shutdown.add('the database connections', () => database.close());
  await database.retrainings.setTrainFunction('local');

  const metrics = new PrometheusMetrics();
  const store = await DirectoryStore.open(storeFolder);
  // Nobody else can know a name that is drawn at every start.
  const ownHeader = `x-own-${randomBytes(16).toString('hex')}`;
  const { host } = options;
  const keys = new ServerKeys({ store, host, alone: true, trustedIdentityHeader: ownHeader, report });
  shutdown.add('the keys', async () => keys.close());
  await keys.open(database, options);

  const champions = new Champions({
    store,
    onProblem: (predictor, error, looks) => {
      metrics.add('hundredfold_champion_problems_total', 1, { predictor });
      // Once, not with every look: `/ready` says for how long.
      if (looks === 1) complain(predictor, error);
    },
  });

  const training = new TrainingProcess({
    connectionString,
    storeFolder,
    codeVersion: VERSION,
    leaseSeconds: LEASE_SECONDS,
  });
  const upkeep = new Upkeep({
    database,
    store,
    metrics,
    log: { error: complain },
    prune: (bounded) => prune({ database: bounded, store }),
  });
  const trainer = new Trainer({
    train: (predictor) => training.train(predictor),
    reproduce: (id) => training.reproduce(id),
    onReproduced: (predictor, { model, reason }) => report(`Model ${model} of ${predictor}: ${reason}`),
    onFinished: async (predictor, finished) => {
      if (finished.verdict === 'failed') metrics.add('hundredfold_retrainings_failed_total');
      await champions.refresh(predictor);
      report(sentence(finished));
      await database.retrainings.dispatch();
    },
    onError: async (predictor, error) => {
      complain(`training ${predictor}`, error);
      if (!(error instanceof TrainingDiedError)) return;
      // Nobody waits for the lease of a process that is seen to be dead: a round now asks for the training again.
      if (error.claim !== null) await database.training.abandon(error.claim);
      await upkeep.once();
    },
  });
  shutdown.add('the training process', async () => {
    const left = await training.stop(2_000);
    if (left !== null) await database.training.release(left);
  });

  await adoptStates(store, await database.predictors.states());
  await upkeep.once();
  await champions.refreshAll();
  champions.start(POINTERS_MS);
  upkeep.start();
  shutdown.add('the upkeep', () => upkeep.stop());

  const invocations = new Invocations(
    connectionString,
    ({ predictor, reproduction }) => trainer.enqueue(predictor, reproduction),
    () => void enqueueUnfinished(database, trainer),
  );
  await invocations.start();
  shutdown.add('the invocations', async () => {
    trainer.stop();
    champions.stop();
    await invocations.stop();
  });

  const app = buildApp({
    database,
    store,
    champions,
    access: keys.access,
    settings: { rateLimit: options.rateLimit, corsOrigins: options.corsOrigins },
    log: { error: complain },
    metrics,
    // Starting a process takes milliseconds: the answer goes first.
    onRecorded: () => void setImmediate(() => training.warm()),
  });
  shutdown.add('the HTTP server', () => app.close());
  await listening(app, options);
  const { port } = app.server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { url, ownHeaders: { [ownHeader]: ANYBODY } };
}

function sentence({ predictor, retraining, verdict, reason, model }: RetrainReport): string {
  const made = model === null ? '' : `, model ${model}`;
  return `Retraining ${retraining} of ${predictor}: ${verdict}${made}. ${reason}`;
}
