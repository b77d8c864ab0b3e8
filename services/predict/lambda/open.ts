import { randomBytes } from 'node:crypto';
import { S3Store } from '../../model-store/index.ts';
import type { Log } from '../../observability/log.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { openService, type Service } from '../open-service.ts';
import { FrontDoor } from './front-door.ts';
import { Looks } from './looks.ts';
import { type LambdaSettings, TIMES } from './settings.ts';

/** Pointers are looked at again so often while calls come, in milliseconds. */
const LOOK_MS = 5_000;
/** Lambda gives the whole initialisation 10 s; a model that is not there by then is fetched when it is asked for. */
const FETCH_MS = 6_000;

export interface OpenOptions {
  readonly log: Log;
  readonly metrics: Metrics & { flush(): void };
}

/** The front door and the service behind it. */
export interface Opened {
  readonly door: FrontDoor;
  readonly service: Service;
  /** Resolves when the first call can be answered from memory, or later models have to be waited for no longer. */
  readonly ready: Promise<void>;
}

/** Opens the service as a function has it; models are fetched while the app is built. */
export function openFrontDoor(settings: LambdaSettings, { log, metrics }: OpenOptions): Opened {
  const service = openService({
    database: settings.database,
    models: new S3Store(settings.models),
    spool: new S3Store(settings.spool),
    settings: settings.app,
    statementTimeout: TIMES.database,
    log,
    metrics,
  });
  const fetched = service.fetchModels();
  const looks = new Looks(() => service.champions.lookAround(), LOOK_MS);
  const door = new FrontDoor({
    service,
    looks,
    identityHeader: `x-identity-${randomBytes(12).toString('hex')}`,
    margin: TIMES.margin,
    flush: () => metrics.flush(),
  });
  const inTime = new Promise<void>((resolve) => setTimeout(resolve, FETCH_MS).unref());
  const ready = Promise.all([Promise.race([fetched, inTime]), service.app.ready()]).then(() => undefined);
  return { door, service, ready };
}
