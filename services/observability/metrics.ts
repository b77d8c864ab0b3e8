export { type Labels, type Metrics, type MetricsPage, noMetrics } from '../predict/metrics/metrics.ts';
