export * from '../../observability/metric-table.ts';
