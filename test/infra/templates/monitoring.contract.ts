import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { METRICS } from '../../../services/observability/metric-table.ts';
import { NAMESPACE } from '../../../services/observability/powertools-metrics.ts';
import { ROOT } from './synthesised.ts';
import type { Properties, Template } from './template.ts';

interface Expected {
  readonly budget: number | null;
  readonly dashboard: boolean;
  readonly email: string | null;
}

/** The sources of each function: those in which it may emit a metric. */
const SOURCES: Readonly<Record<string, string>> = {
  predict: sourcesOf('services/{predict,serving,recording}'),
  sweep: sourcesOf('services/{predict,upkeep,recording}'),
  train: sourcesOf('services/train'),
};

/** What holds of alarms, dashboard and budget. */
export function monitoringContract(template: () => Template, expected: Expected): void {
  const alarms = () => template().all('AWS::CloudWatch::Alarm');
  const metrics = () => alarms().map(({ Properties }) => Properties);

  test('every alarm on a metric of ours is on one that the code emits, under the name of its function', () => {
    const functionOf = new Map(
      ['predict', 'train', 'sweep'].map((name) => {
        const { Properties } = template().one(
          'AWS::Lambda::Function',
          `${name[0]?.toUpperCase()}${name.slice(1)}`,
        );
        return [name, Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME];
      }),
    );
    const own = metrics().filter(({ Namespace }) => Namespace === NAMESPACE);
    expect(own.length).toBeGreaterThan(4);
    for (const { MetricName, Dimensions } of own) {
      expect(Object.keys(METRICS)).toContain(MetricName);
      const [service] = [...functionOf].find(([, name]) => name === Dimensions[0].Value) ?? [];
      expect({ MetricName, Dimensions, service }).toEqual({
        MetricName,
        Dimensions: [{ Name: 'service', Value: expect.any(String) }],
        service: expect.any(String),
      });
      expect(SOURCES[service ?? '']).toContain(`'${MetricName}'`);
    }
  });

  test('each looks at one metric, so that ten are free and seven cost 0.70 USD a month', () => {
    expect(alarms()).toHaveLength(17);
    expect(metrics().filter(({ MetricName }) => MetricName === undefined)).toEqual([]);
  });

  test('every other alarm is on a function, the API, the database or the queue of this stack', () => {
    const dimensions: Readonly<Record<string, readonly string[]>> = {
      'AWS/Lambda': ['FunctionName'],
      'AWS/ApiGateway': ['ApiName', 'Stage'],
      'AWS/RDS': ['DBClusterIdentifier'],
      'AWS/SQS': ['QueueName'],
    };
    for (const { Namespace, Dimensions } of metrics().filter(({ Namespace }) => Namespace !== NAMESPACE)) {
      expect(Dimensions.map(({ Name }: { Name: string }) => Name)).toEqual(dimensions[Namespace]);
    }
    const cluster = template().one('AWS::RDS::DBCluster');
    const capacity = metrics().find(({ Namespace }) => Namespace === 'AWS/RDS');
    expect(capacity).toMatchObject({
      MetricName: 'ACUUtilization',
      Dimensions: [{ Name: 'DBClusterIdentifier', Value: { Ref: cluster.id } }],
    });
  });

  test('a percentile of a few samples sets off nothing', () => {
    const percentiles = metrics().filter(({ ExtendedStatistic }) => ExtendedStatistic !== undefined);
    expect(percentiles).toMatchObject([
      { MetricName: 'Latency', ExtendedStatistic: 'p90', EvaluateLowSampleCountPercentile: 'ignore' },
    ]);
  });

  test('each warns of what somebody has to look at, says what to do, and tells the topic', () => {
    const topic = template().one('AWS::SNS::Topic');
    expect(
      alarms()
        .map(({ Properties }) => Properties.AlarmName.split('-').at(-1))
        .sort(),
    ).toEqual([
      'ApiFailures',
      'DatabaseAtMaximum',
      'DatabaseInvocations',
      'DeadLetters',
      'DispatchFailures',
      'PredictErrors',
      'PredictThrottles',
      'PredictionsLost',
      'RecordingFaults',
      'RetrainingsFailed',
      'RetrainingsWaiting',
      'SlowAnswers',
      'SpoolOld',
      'SpoolRefused',
      'SweepProblems',
      'SweepSilent',
      'TrainErrors',
    ]);
    for (const { Properties } of alarms()) {
      expect(Properties.AlarmDescription.length).toBeGreaterThan(40);
      expect(Properties.AlarmActions).toEqual([{ Ref: topic.id }]);
      expect(Properties.TreatMissingData).toBe(
        /SweepSilent$/.test(Properties.AlarmName) ? 'breaching' : 'notBreaching',
      );
    }
  });

  test('CloudWatch and Budgets may tell the topic, over TLS, and who was named is told', () => {
    const statements: Properties[] =
      template().one('AWS::SNS::TopicPolicy').Properties.PolicyDocument.Statement;
    const services = statements
      .filter(({ Effect }) => Effect === 'Allow')
      .map(({ Principal }) => Principal.Service);
    expect(services.sort()).toEqual(['budgets.amazonaws.com', 'cloudwatch.amazonaws.com']);
    expect(
      statements.some(
        ({ Effect, Condition }) => Effect === 'Deny' && Condition.Bool['aws:SecureTransport'] === 'false',
      ),
    ).toBe(true);
    expect(
      template()
        .all('AWS::SNS::Subscription')
        .map(({ Properties }) => Properties.Endpoint),
    ).toEqual(expected.email === null ? [] : [expected.email]);
  });

  test('the budget is told at 80 % of what was set, and there is a dashboard where one was asked for', () => {
    const limits = template()
      .all('AWS::Budgets::Budget')
      .map(({ Properties }) => Properties.Budget.BudgetLimit);
    expect(limits).toEqual(expected.budget === null ? [] : [{ Amount: expected.budget, Unit: 'USD' }]);
    // Names are the whole account's: a stack of the same name in another region has its own.
    for (const { Properties } of template().all('AWS::Budgets::Budget')) {
      expect(JSON.stringify(Properties.Budget.BudgetName)).toContain('{"Ref":"AWS::Region"}');
    }
    const boards = template().all('AWS::CloudWatch::Dashboard');
    expect(boards).toHaveLength(expected.dashboard ? 1 : 0);
    const shown = JSON.stringify(boards).match(/hundredfold_[a-z_]+/g) ?? [];
    expect(shown.filter((name) => !Object.hasOwn(METRICS, name))).toEqual([]);
    if (!expected.dashboard) return;
    // What an alarm is on can be looked at there, too.
    for (const { MetricName, Namespace } of metrics()) {
      if (Namespace === NAMESPACE) expect(shown).toContain(MetricName);
    }
  });
}

function sourcesOf(folder: string): string {
  const files = globSync(`${folder}/**/*.ts`, { cwd: ROOT });
  return files.map((file) => readFileSync(path.join(ROOT, file), 'utf8')).join('\n');
}
