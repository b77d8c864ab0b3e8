import { randomBytes } from 'node:crypto';
import { type ObjectStore, S3Store } from '../../model-store/index.ts';
import { lambdaObservability } from '../../observability/lambda-observability.ts';
import { KeyRing } from '../access/key-ring.ts';
import { KeyedAccess } from '../access/keyed-access.ts';
import { openService, type Service } from '../service/open-service.ts';
import { FrontDoor } from './front-door.ts';
import { Looks } from './looks.ts';
import { type LambdaSettings, TIMES } from './settings.ts';

/** Pointers are looked at again so often while calls come, in milliseconds. */
const LOOK_MS = 5_000;
/** Lambda gives the whole initialisation 10 s; a model that is not there by then is fetched when it is asked for. */
const FETCH_MS = 6_000;

/** The front door and the service behind it. */
export interface Opened {
  readonly door: FrontDoor;
  readonly service: Service;
  /** Resolves when calls can be answered from memory, or models need not be waited for any longer. */
  readonly ready: Promise<void>;
}

/** What the function works with beside its settings. */
export interface Parts {
  readonly models: ObjectStore;
  readonly spool: ObjectStore;
  /** How old the last look at the pointers may be, in milliseconds. */
  readonly lookAfter?: number;
}

/** Opens the service as a function has it, on S3; models are fetched while the app is built. */
export function openFrontDoor(settings: LambdaSettings): Opened {
  const { models, spool } = settings;
  return openOn({ models: new S3Store(models), spool: new S3Store(spool) }, settings);
}

/** The same on stores of whatever kind. */
export function openOn({ models, spool, lookAfter = LOOK_MS }: Parts, settings: LambdaSettings): Opened {
  const observability = lambdaObservability(settings.observability);
  const { log, metrics, tracer } = observability;
  const identityHeader = `x-identity-${randomBytes(12).toString('hex')}`;
  const keys = new KeyRing({
    store: models,
    onProblem: (error) => log.error('the keys could not be read', error),
  });
  const service = openService({
    database: settings.database,
    models,
    spool,
    settings: settings.app,
    statementTimeout: TIMES.database,
    // Admins are let in by IAM: no key is needed for that, and none is made.
    access: new KeyedAccess({ ring: keys, trustedIdentityHeader: identityHeader, needsAdminKey: false }),
    log,
    metrics,
    tracer,
  });
  const fetched = Promise.all([service.fetchModels(), keys.look()]);
  const door = new FrontDoor({
    service,
    log,
    metrics,
    tracer,
    looks: new Looks(() => Promise.all([service.champions.lookAround(), keys.look()]), lookAfter),
    identityHeader,
    corsOrigins: settings.app.corsOrigins ?? [],
    margin: TIMES.margin,
  });
  const waited = new Promise<void>((resolve) => setTimeout(resolve, FETCH_MS).unref());
  const ready = async () => {
    await Promise.all([Promise.race([fetched, waited]), service.app.ready(), observability.ready]);
  };
  return { door, service, ready: ready() };
}
