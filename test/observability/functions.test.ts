import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { lambdaObservability, readObservability } from '../../services/observability/lambda-observability.ts';
import { METRICS } from '../../services/observability/metric-table.ts';
import { Environment } from '../../services/settings/environment.ts';

let lines: string[];

beforeEach(() => {
  lines = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

const written = () => lines.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line));
const open = (variables: Record<string, string> = {}) =>
  lambdaObservability(readObservability(new Environment(variables), 'predict'));

describe("a function's log", () => {
  test('is a JSON object a line, with the ids of the call', () => {
    const { log } = open();
    log.begin({ invocation: 'call-1' });
    log.info('request', { status: 201, prediction: 'abc' });
    log.begin({ invocation: 'call-2' });
    log.warn('late');
    expect(written()).toMatchObject([
      {
        level: 'INFO',
        message: 'request',
        service: 'predict',
        invocation: 'call-1',
        status: 201,
        prediction: 'abc',
      },
      { level: 'WARN', message: 'late', invocation: 'call-2' },
    ]);
    expect(written()[1]).not.toHaveProperty('status');
  });

  test('shows an error by what it says of itself and its causes, and nothing that hangs on it', () => {
    const { log } = open();
    const cause = Object.assign(new Error('denied'), { code: '42501', parameters: ['a query of somebody'] });
    log.error(
      'a row was not recorded',
      Object.assign(new Error('no', { cause }), { row: { query: 'secret' } }),
    );
    expect(written()[0]).toMatchObject({
      error: { name: 'Error', message: 'no', cause: { message: 'denied', code: '42501' } },
    });
    expect(lines.join('')).not.toMatch(/secret|somebody/);
  });

  test('leaves out what is less than its level', () => {
    const { log } = open({ HUNDREDFOLD_LOG_LEVEL: 'error' });
    log.info('request');
    log.warn('late');
    expect(lines).toEqual([]);
  });
});

describe("a function's metrics", () => {
  test('are lines of the embedded metric format, once a call', () => {
    const { metrics, flush } = open({ POWERTOOLS_SERVICE_NAME: 'sweep' });
    metrics.add('hundredfold_predictions_recorded_total', 2);
    metrics.add('hundredfold_champion_problems_total', 1, { predictor: 'searches' });
    metrics.set('hundredfold_spool_oldest_seconds', 12);
    metrics.observe('hundredfold_recording_seconds', 0.01);
    expect(lines).toEqual([]);
    flush();
    flush();
    const [line, ...others] = written();
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      service: 'sweep',
      hundredfold_predictions_recorded_total: 2,
      hundredfold_spool_oldest_seconds: 12,
    });
    const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
    expect([Namespace, Dimensions]).toEqual(['Hundredfold', [['service']]]);
    expect(Metrics).toContainEqual({ Name: 'hundredfold_recording_seconds', Unit: 'Seconds' });
    expect(Metrics).toContainEqual({ Name: 'hundredfold_champion_problems_total', Unit: 'Count' });
  });

  test('of nothing are not written: a series costs by the hour in which it is', () => {
    const { metrics, flush } = open();
    metrics.add('hundredfold_spool_drained_total', 0);
    metrics.set('hundredfold_database_away', 0);
    flush();
    expect(lines).toEqual([]);
  });

  test('of a gauge that was something are written once when it is nothing again', () => {
    const { metrics, flush } = open();
    for (const value of [1, 0, 0]) {
      metrics.set('hundredfold_database_away', value);
      flush();
    }
    expect(written().map((line) => line.hundredfold_database_away)).toEqual([1, 0]);
  });

  test('may all be written', () => {
    const { metrics, flush } = open();
    for (const [name, { type }] of Object.entries(METRICS)) {
      if (type === 'counter') Reflect.apply(metrics.add, metrics, [name, 1]);
      else if (type === 'gauge') Reflect.apply(metrics.set, metrics, [name, 1]);
      else Reflect.apply(metrics.observe, metrics, [name, 1]);
    }
    flush();
    for (const name of Object.keys(METRICS)) expect(written()[0]).toHaveProperty(name);
  });
});
