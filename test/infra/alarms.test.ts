import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ALARMS, type AlarmEntry, type Source } from '../../infra/constructs/monitoring/alarm-table.ts';
import { METRICS } from '../../services/observability/metric-table.ts';
import { ROOT } from './templates/synthesised.ts';

/** Where Lambda enters each function. */
const ENTRIES: Readonly<Record<Source, string>> = {
  predict: 'services/predict/lambda.ts',
  sweep: 'services/predict/sweep.ts',
  train: 'services/train/lambda.ts',
};

/** Why nobody is called for a metric. */
const NOBODY: Readonly<Record<string, string>> = {
  hundredfold_predictions_recorded_total: 'all is well',
  hundredfold_predictions_deferred_total: 'the spool has them: SpoolOld, if they stay there',
  hundredfold_spool_drained_total: 'all is well',
  hundredfold_spool_refused_total:
    'the gauge of what lies aside stays up until somebody sees to it: SpoolRefused',
  hundredfold_spool_dropped_total: 'rows of a predictor that an admin deleted',
  hundredfold_spool_objects: 'how many wait says less than for how long: SpoolOld',
  hundredfold_spool_passed_over: 'a row among them makes SpoolOld go off; the dashboard shows the rest',
  hundredfold_recording_rows: 'a size',
  hundredfold_recording_seconds: 'a duration: SlowAnswers, DatabaseAtMaximum',
  hundredfold_database_away: 'it sleeps every day: SpoolOld, if it does not come back',
  hundredfold_champion_problems_total:
    'the model before serves on, and is looked for again; the dashboard shows it',
  hundredfold_retrainings_finished_total: 'all is well',
  hundredfold_retraining_seconds: 'a duration',
  hundredfold_train_events_refused_total: "somebody's own call of the train function",
  hundredfold_errors_total: 'ApiFailures counts the same answers where they leave',
  hundredfold_cold_starts_total: 'all is well',
};

const alarms: readonly (readonly [string, AlarmEntry])[] = Object.entries(ALARMS);
const own = alarms.flatMap(([name, { metric, statistic }]) =>
  'from' in metric ? [{ name, metric, statistic }] : [],
);

/** The text of a file and of all that it imports of ours, but for the table of the metrics. */
function codeOf(entry: string): string {
  const texts = new Map<string, string>();
  const look = (file: string) => {
    if (texts.has(file) || file.endsWith('metric-table.ts') || !existsSync(file)) return;
    const text = readFileSync(file, 'utf8');
    texts.set(file, text);
    for (const [, to = ''] of text.matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)) {
      look(path.join(path.dirname(file), to));
    }
  };
  look(path.join(ROOT, entry));
  return [...texts.values()].join('\n');
}

describe('the table of alarms and the table of metrics', () => {
  test.each(own)(
    '$name is on a metric that its function emits, and looks at it as its kind asks',
    (alarm) => {
      const { metric, statistic } = alarm;
      expect(statistic).toBe(METRICS[metric.name].type === 'counter' ? 'Sum' : 'Maximum');
      expect(codeOf(ENTRIES[metric.from])).toMatch(new RegExp(`metrics\\.(add|set)\\(\\s*'${metric.name}'`));
    },
  );

  test('every metric has an alarm, or a reason why it has none, and not both', () => {
    const watched = new Set<string>(own.map(({ metric }) => metric.name));
    const names = Object.keys(METRICS);
    expect(names.filter((name) => !watched.has(name)).sort()).toEqual(Object.keys(NOBODY).sort());
  });

  test('every alarm that a reason names is there', () => {
    const named = Object.values(NOBODY).flatMap((why) => why.match(/\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b/g) ?? []);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !Object.hasOwn(ALARMS, name))).toEqual([]);
  });

  test('each says what to do, and is on no metric that another is on', () => {
    for (const [, { help }] of alarms) expect(help.length).toBeGreaterThan(40);
    const places = alarms.map(([, { metric }]) => JSON.stringify(metric));
    expect(new Set(places).size).toBe(places.length);
  });
});
