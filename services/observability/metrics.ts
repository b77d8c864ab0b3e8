import type { MetricName } from './metric-table.ts';

export type Labels = Readonly<Record<string, string>>;

/** Where the service counts what it does. None of its calls throws or waits. */
export interface Metrics {
  /** Adds to a counter, 1 unless told otherwise. */
  add(name: MetricName<'counter'>, amount?: number, labels?: Labels): void;
  /** Sets a gauge. */
  set(name: MetricName<'gauge'>, value: number, labels?: Labels): void;
  /** Notes one observation, in the metric's unit. */
  observe(name: MetricName<'histogram'>, value: number, labels?: Labels): void;
  /** All of them as a page for Prometheus; absent where they are sent elsewhere. */
  readonly page?: () => Promise<MetricsPage>;
}

export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** Counts nothing. */
export const noMetrics: Metrics = {
  add: () => undefined,
  set: () => undefined,
  observe: () => undefined,
};
