import { VARIABLES } from '../../../services/settings/variables.ts';
import { type AwsPlace, openAwsPlace } from '../../support/aws-place.ts';
import { dataApiRights, lambdaRights, type Needed, s3Rights } from './actions.ts';
import { type Heard, type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

/** Who calls AWS: the functions, each with a role of its own, and the database. */
export const CALLERS = ['predict', 'train', 'sweep', 'migrate', 'database'] as const;
export type Caller = (typeof CALLERS)[number];

export const TRAIN_FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:train';

/** A place whose functions are heard: each reaches AWS by ways of its own. */
export interface HeardPlace {
  readonly aws: AwsPlace;
  /** What a function is started with. */
  variables(caller: Caller): Record<string, string>;
  /** A way of its own before another Data API. */
  before(caller: Caller, dataApi: string): Promise<string>;
  /** What each needed so far, each right once. */
  needed(): Readonly<Record<Caller, readonly Needed[]>>;
  close(): Promise<void>;
}

interface Way {
  readonly proxy: RecordingProxy;
  readonly rights: (heard: Heard) => Needed[];
}

/** @param train carries out what is sent to the train function, by the sweep or the database */
export async function openHeardPlace(train: (payload: unknown) => Promise<unknown>): Promise<HeardPlace> {
  const aws = await openAwsPlace({ onInvoke: ({ payload }) => train(payload) });
  const ways = new Map<Caller, Way[]>(CALLERS.map((caller) => [caller, []]));
  const open = async (caller: Caller, target: string, rights: Way['rights']): Promise<string> => {
    const proxy = await startRecordingProxy(target);
    ways.get(caller)?.push({ proxy, rights });
    return proxy.url;
  };
  const endpoints = new Map<Caller, Record<string, string>>();
  for (const caller of ['predict', 'train', 'sweep'] as const) {
    endpoints.set(caller, {
      [VARIABLES.databaseEndpoint]: await open(caller, aws.api.endpoint, dataApiRights),
      [VARIABLES.s3Endpoint]: await open(caller, aws.s3.endpoint, s3Rights),
      [VARIABLES.lambdaEndpoint]: await open(caller, aws.lambda.endpoint, lambdaRights),
    });
  }
  const invoked: Needed[] = [];
  const running: Promise<unknown>[] = [];
  aws.client.on('notification', ({ payload = '' }) => {
    const { function: resource, payload: event } = JSON.parse(payload);
    invoked.push({ action: 'lambda:InvokeFunction', resource });
    running.push(train(event));
  });
  await aws.client.query('listen aws_lambda');
  return {
    aws,
    variables: (caller) => ({
      ...aws.variables,
      ...endpoints.get(caller),
      [VARIABLES.trainFunction]: TRAIN_FUNCTION,
      [VARIABLES.logLevel]: 'error',
      POWERTOOLS_METRICS_DISABLED: 'true',
      // Its lines go to the console, where a test may be quiet about them.
      POWERTOOLS_DEV: 'true',
    }),
    before: (caller, dataApi) => open(caller, dataApi, dataApiRights),
    needed() {
      const of = (caller: Caller) =>
        (ways.get(caller) ?? []).flatMap(({ proxy, rights }) => proxy.heard.flatMap(rights));
      const entries = CALLERS.map((caller) => [caller, once(caller === 'database' ? invoked : of(caller))]);
      return Object.fromEntries(entries);
    },
    async close() {
      await Promise.all(running);
      await aws.close();
      await Promise.all([...ways.values()].flat().map(({ proxy }) => proxy.stop()));
    },
  };
}

function once(rights: readonly Needed[]): Needed[] {
  return [...new Map(rights.map((right) => [`${right.action} ${right.resource}`, right])).values()];
}
