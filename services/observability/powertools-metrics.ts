import { Metrics as Emf, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { METRICS, MetricName } from './metric-table.ts';
import type { Metrics } from './metrics.ts';
import type { PowertoolsOptions } from './powertools-log.ts';

/** Where the metrics of all functions are, in CloudWatch. */
export const NAMESPACE = 'Hundredfold';

/**
 * Metrics as lines of the log that CloudWatch reads (embedded metric format). Each series costs by the hour in which it
 * was written, so labels are left out (the log names what they would), and nothing is written to say that nothing was:
 * no counter of 0, and a gauge of 0 only after another value.
 */
export class PowertoolsMetrics implements Metrics {
  readonly #emf: Emf;
  readonly #gauges = new Map<string, number>();

  constructor({ service }: PowertoolsOptions) {
    this.#emf = new Emf({ namespace: NAMESPACE, serviceName: service });
  }

  add(name: MetricName<'counter'>, amount = 1): void {
    if (amount !== 0) this.#emf.addMetric(name, MetricUnit.Count, amount);
  }

  set(name: MetricName<'gauge'>, value: number): void {
    if (value === 0 && (this.#gauges.get(name) ?? 0) === 0) return;
    this.#gauges.set(name, value);
    this.#emf.addMetric(name, unitOf(name), value);
  }

  observe(name: MetricName<'histogram'>, value: number): void {
    this.#emf.addMetric(name, unitOf(name), value);
  }

  /** Writes what has come since the last time, at the end of a call. */
  flush(): void {
    if (this.#emf.hasStoredMetrics()) this.#emf.publishStoredMetrics();
  }
}

function unitOf(name: keyof typeof METRICS): typeof MetricUnit.Seconds | typeof MetricUnit.Count {
  return name.endsWith('_seconds') ? MetricUnit.Seconds : MetricUnit.Count;
}
