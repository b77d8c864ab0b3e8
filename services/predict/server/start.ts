import type { AddressInfo } from 'node:net';
import { S3Store } from '../../model-store/index.ts';
import type { Log } from '../../observability/log.ts';
import { PrometheusMetrics } from '../../observability/prometheus-metrics.ts';
import { bucketsAtStart } from '../../process/buckets-at-start.ts';
import { migrateAtStart } from '../../process/migrate-at-start.ts';
import type { Shutdown } from '../../process/shutdown.ts';
import { Upkeep } from '../../upkeep/upkeep.ts';
import { ServerKeys } from '../access/server-keys.ts';
import { openService } from '../service/open-service.ts';
import type { ServerSettings } from './settings.ts';

/** How often pointers are looked at. */
const POINTERS_MS = 2_000;

/**
 * Starts the service: the database is migrated and, on an S3 server of one's own, the buckets are made; models are
 * fetched; requests are answered. The spool is drained and lost work sent again beside that, every few seconds.
 */
export async function startServer(settings: ServerSettings, log: Log, shutdown: Shutdown): Promise<void> {
  const began = performance.now();
  await migrateAtStart(settings.database, log);
  await bucketsAtStart([settings.models, settings.spool]);
  const metrics = new PrometheusMetrics();
  const models = new S3Store(settings.models);
  const spool = new S3Store(settings.spool);
  const keys = new ServerKeys({
    store: models,
    host: settings.address.host,
    report: (line) => log.info(line),
  });
  const { access } = keys;
  const { rateLimit, corsOrigins } = settings;
  const service = openService({
    database: settings.database,
    models,
    spool,
    settings: { rateLimit, corsOrigins },
    access,
    log,
    metrics,
  });
  shutdown.add('the stores', () => {
    models.close();
    spool.close();
  });
  shutdown.add('the HTTP server', () => service.close(), 7_000);
  const { database, champions } = service;
  shutdown.add('the keys', () => keys.close());
  await keys.open(database, settings);
  if (settings.trainFunction !== null) await database.retrainings.setTrainFunction(settings.trainFunction);
  await service.fetchModels();
  const upkeep = new Upkeep({ database, store: models, spool, metrics, log });
  shutdown.add('the upkeep', () => upkeep.stop());
  champions.start(POINTERS_MS);
  await service.app.listen(settings.address);
  upkeep.start();
  void upkeep.once();
  const { address, port } = service.app.server.address() as AddressInfo;
  log.info('listening', { address, port, startedMs: Math.round(performance.now() - began) });
}
