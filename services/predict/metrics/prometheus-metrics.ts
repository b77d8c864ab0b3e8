export * from '../../observability/prometheus-metrics.ts';
