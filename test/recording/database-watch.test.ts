import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../database/index.ts';
import { silentLog } from '../../services/observability/error-log.ts';
import { noMetrics } from '../../services/observability/metrics.ts';
import { PrometheusMetrics } from '../../services/observability/prometheus-metrics.ts';
import { DatabaseWatch } from '../../services/recording/database-watch.ts';
import { DatabaseAwayError } from '../../services/recording/errors.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { SqlError } from './table.ts';

let testDatabase: TestDatabase;
let database: Database;
beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ connectionString: testDatabase.connectionString, connections: 2 });
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

/** How often the database came back. */
function watching(over: Database) {
  let returns = 0;
  const onBack = () => {
    returns++;
  };
  const watch = new DatabaseWatch({ database: over, log: silentLog, metrics: noMetrics, onBack });
  return { watch, returns: () => returns };
}

describe('the watch over the database', () => {
  test('asks nothing more once it is away, and is back after one probe that is answered', async () => {
    const { watch, returns } = watching(database.within(30_000));
    expect(await watch.ask((asked) => asked.predictors.states())).toEqual([]);
    watch.lost(new SqlError('57P03'));
    let asked = 0;
    await expect(watch.ask(async () => asked++)).rejects.toBeInstanceOf(DatabaseAwayError);
    expect([asked, watch.isAway, returns()]).toEqual([0, true, 0]);
    while (watch.isAway) await sleep(20);
    expect(returns()).toBe(1);
    watch.stop();
  });

  test('goes on looking while probes are not answered', async () => {
    const nowhere = openDatabase({ connectionString: 'postgresql://nobody@127.0.0.1:1/none' });
    const bounded = nowhere.within(100);
    let probes = 0;
    const ping = () => {
      probes++;
      return bounded.ping();
    };
    const { watch, returns } = watching({ ...bounded, ping });
    await expect(watch.ask((asked) => asked.predictors.states())).rejects.toBeInstanceOf(DatabaseAwayError);
    await until('a third probe', () => probes >= 3);
    expect([watch.isAway, returns()]).toEqual([true, 0]);
    watch.stop();
    await nowhere.close();
  });

  test('says loudly, once, what no waiting mends, until a row is recorded', async () => {
    const metrics = new PrometheusMetrics();
    const logged: string[] = [];
    const log = { error: (what: string, error: unknown) => logged.push(`${what}: ${error}`) };
    const watch = new DatabaseWatch({
      database: database.within(30_000),
      log,
      metrics,
      onBack: () => undefined,
    });
    for (const code of ['42883', '42883', 'XX000']) {
      watch.lost(new SqlError(code));
      while (watch.isAway) await sleep(20);
    }
    expect(logged).toEqual([expect.stringContaining('42883'), expect.stringContaining('XX000')]);
    expect(watch.problems()).toEqual([expect.stringMatching(/refuses to record.*SQLSTATE XX000$/)]);
    const { text } = await metrics.page();
    expect(text).toContain('hundredfold_recording_faults_total 3\n');
    expect(text).toContain('hundredfold_database_away 0\n');
    watch.answered();
    expect(watch.problems()).toEqual([]);
    watch.stop();
  });

  test('does not take a refusal for a loss', async () => {
    const { watch } = watching(database.within(30_000));
    const refusal = new SqlError('22P02');
    await expect(watch.ask(() => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(watch.isAway).toBe(false);
  });
});
