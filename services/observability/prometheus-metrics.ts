import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type MetricName } from './metric-table.ts';
import type { Labels, Metrics, MetricsPage } from './metrics.ts';

/** Keeps the metrics in memory, in a registry of its own, for Prometheus to fetch. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();

  constructor() {
    for (const [name, entry] of Object.entries(METRICS)) {
      const labelNames = 'labels' in entry ? [...entry.labels] : [];
      const options = { name, help: entry.help, labelNames, registers: [this.#registry] };
      if (entry.type === 'counter') this.#counters.set(name, new Counter(options));
      else if (entry.type === 'gauge') this.#gauges.set(name, new Gauge(options));
      else this.#histograms.set(name, new Histogram({ ...options, buckets: [...entry.buckets] }));
    }
  }

  add(name: MetricName<'counter'>, amount = 1, labels: Labels = {}): void {
    this.#counters.get(name)?.inc(labels, amount);
  }

  set(name: MetricName<'gauge'>, value: number, labels: Labels = {}): void {
    this.#gauges.get(name)?.set(labels, value);
  }

  observe(name: MetricName<'histogram'>, value: number, labels: Labels = {}): void {
    this.#histograms.get(name)?.observe(labels, value);
  }

  readonly page = async (): Promise<MetricsPage> => ({
    contentType: this.#registry.contentType,
    text: await this.#registry.metrics(),
  });
}
