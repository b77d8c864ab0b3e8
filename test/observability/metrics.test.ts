import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { METRICS } from '../../services/observability/metric-table.ts';
import { PrometheusMetrics } from '../../services/observability/prometheus-metrics.ts';

const page = readFileSync(new URL('../../docs/reference/metrics.md', import.meta.url), 'utf8');

describe('the metrics', () => {
  test('are those of docs/reference/metrics.md, word for word', () => {
    const rows = [...page.matchAll(/^\| `(\w+)`(?: by ([^|]+))? \| (\w+) \| (.+) \|$/gm)];
    const documented = rows.map(([, name, labels, type, help]) => [
      name,
      labels?.replaceAll('`', '') ?? '',
      type,
      help,
    ]);
    const listed = Object.entries(METRICS).map(([name, entry]) => [
      name,
      'labels' in entry ? entry.labels.join(', ') : '',
      entry.type,
      entry.help,
    ]);
    expect(documented).toEqual(listed);
  });

  test('of counters end in _total, as is usual, and all begin with hundredfold_', () => {
    for (const [name, { type }] of Object.entries(METRICS)) {
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect(name).toMatch(/^hundredfold_/);
    }
  });

  test('stand on the page for Prometheus with what was counted', async () => {
    const metrics = new PrometheusMetrics();
    metrics.add('hundredfold_predictions_recorded_total', 3);
    metrics.add('hundredfold_champion_problems_total', 1, { predictor: 'searches' });
    metrics.set('hundredfold_database_away', 1);
    metrics.observe('hundredfold_recording_rows', 7);
    const { text, contentType } = await metrics.page();
    expect(contentType).toContain('text/plain');
    expect(text).toContain('hundredfold_predictions_recorded_total 3\n');
    expect(text).toContain('hundredfold_champion_problems_total{predictor="searches"} 1\n');
    expect(text).toContain('hundredfold_database_away 1\n');
    expect(text).toContain('hundredfold_recording_rows_bucket{le="10"} 1\n');
    for (const name of Object.keys(METRICS)) expect(text).toContain(`# TYPE ${name} `);
  });
});
