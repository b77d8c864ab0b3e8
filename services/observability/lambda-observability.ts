import type { Environment } from '../settings/environment.ts';
import { VARIABLES } from '../settings/variables.ts';
import { LOG_LEVELS, type LogLevel } from './json-log.ts';
import type { Metrics } from './metrics.ts';
import { PowertoolsLog } from './powertools-log.ts';
import { PowertoolsMetrics } from './powertools-metrics.ts';
import { noTracer, type Tracer } from './tracer.ts';

/** How a function shows what it does. */
export interface ObservabilitySettings {
  /** Under which name its log, metrics and traces are found. */
  readonly service: string;
  readonly level: LogLevel;
  /** Write segments of our own. */
  readonly tracing: boolean;
}

/** Reads what Powertools and our own variables say; `service` where they say nothing. */
export function readObservability(environment: Environment, service: string): ObservabilitySettings {
  return {
    service: environment.optional('POWERTOOLS_SERVICE_NAME') ?? service,
    level: environment.choice(VARIABLES.logLevel, LOG_LEVELS),
    tracing: environment.optional('POWERTOOLS_TRACE_ENABLED') === 'true',
  };
}

export interface LambdaObservability {
  readonly log: PowertoolsLog;
  readonly metrics: Metrics & { flush(): void };
  readonly tracer: Tracer;
  /** Resolves when the tracer is loaded, where there is one; until then nothing is traced. */
  readonly ready: Promise<void>;
  /** To be called at the end of each invocation. */
  flush(): void;
}

/** Log, metrics and traces of a function, by Powertools for AWS Lambda. */
export function lambdaObservability({ service, level, tracing }: ObservabilitySettings): LambdaObservability {
  const log = new PowertoolsLog({ service, level });
  const metrics = new PowertoolsMetrics({ service });
  let tracer = noTracer;
  const load = async () => {
    if (tracing) tracer = await (await import('./powertools-tracer.ts')).openPowertoolsTracer(service);
  };
  const loaded = load().catch((error: unknown) => log.error('calls are not traced', error));
  return {
    log,
    metrics,
    tracer: { segment: (name, work) => tracer.segment(name, work) },
    ready: loaded,
    flush: () => metrics.flush(),
  };
}
