import { expect, test } from '@jest/globals';
import { readLambdaSettings, TIMES } from '../../../services/predict/lambda/settings.ts';
import { Environment } from '../../../services/settings/environment.ts';
import { readBuckets, readDatabase } from '../../../services/settings/places.ts';
import { VARIABLES } from '../../../services/settings/variables.ts';
import type { Resource, Template } from './template.ts';

const SERVICES = ['Predict', 'Train', 'Sweep'] as const;

/** What a function finds in its environment, with something in place of what is only known once it is deployed. */
function environmentOf({ Properties }: Resource): Record<string, string> {
  const variables: Record<string, unknown> = Properties.Environment.Variables;
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : 'deployed']),
  );
}

/** What holds of every function. */
export function functionsContract(
  template: () => Template,
  expected: { memory: Record<string, number>; logDays: number },
) {
  const functionOf = (name: string) => template().one('AWS::Lambda::Function', name);

  test('a call ends from the inside out: API Gateway waits longest, then function, SDK, database', () => {
    const [method] = template().all('AWS::ApiGateway::Method');
    const gateway: number = method?.Properties.Integration.TimeoutInMillis;
    const predict = functionOf('Predict').Properties.Timeout * 1_000;
    expect([gateway, predict, predict - TIMES.margin, TIMES.sdk, TIMES.database]).toEqual(
      [gateway, predict, predict - TIMES.margin, TIMES.sdk, TIMES.database].toSorted((a, b) => b - a),
    );
    expect(gateway).toBe(29_000);
    expect(gateway).toBeGreaterThan(predict);
    expect(predict - TIMES.margin).toBeGreaterThan(TIMES.sdk);
    expect(TIMES.sdk).toBeGreaterThan(TIMES.database);
  });

  test('a sweep ends before the next begins, and CloudFormation waits longer than the migration function runs', () => {
    const rule = template().one('AWS::Events::Rule');
    const minutes = Number(/^rate\((\d+) minutes\)$/.exec(rule.Properties.ScheduleExpression)?.[1]);
    expect(functionOf('Sweep').Properties.Timeout).toBeLessThan(minutes * 60);
    const { Properties } = template().one('Custom::HundredfoldSchema');
    expect(Number(Properties.ServiceTimeout)).toBeGreaterThan(functionOf('Migrations').Properties.Timeout);
    expect(functionOf('Migrations').Properties.Timeout).toBeGreaterThan(300 + 45);
  });

  test.each([...SERVICES, 'Migrations'])(
    '%s: arm64, traced, its memory as set, its logs with an end',
    (name) => {
      const { Properties } = functionOf(name);
      expect(Properties.Architectures).toEqual(['arm64']);
      expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
      expect(Properties.MemorySize).toBe(expected.memory[name]);
      const logs = template().named(Properties.LoggingConfig.LogGroup);
      expect(logs?.Properties.RetentionInDays).toBe(expected.logDays);
    },
  );

  test.each(SERVICES)('%s is given everything that its code reads, and nothing that none reads', (name) => {
    const environment = environmentOf(functionOf(name));
    const known = [...Object.values<string>(VARIABLES), 'POWERTOOLS_SERVICE_NAME'];
    expect(Object.keys(environment).filter((variable) => !known.includes(variable))).toEqual([]);
    expect(environment.POWERTOOLS_SERVICE_NAME).toMatch(new RegExp(`-${name.toLowerCase()}$`));
    if (name === 'Predict') return void readLambdaSettings(environment);
    const read = new Environment(environment);
    readDatabase(read);
    readBuckets(read);
    if (name === 'Sweep') read.required(VARIABLES.trainFunction, 'the train function');
    read.check();
  });

  test.each(SERVICES)('%s comes after the schema that it needs', (name) => {
    expect(functionOf(name).DependsOn).toContain(template().one('Custom::HundredfoldSchema').id);
  });

  test('predict and sweep run one image, the sweep by a handler of its own; train runs another', () => {
    const [predict, sweep, train] = ['Predict', 'Sweep', 'Train'].map((name) => functionOf(name).Properties);
    expect(sweep?.Code).toEqual(predict?.Code);
    expect(train?.Code).not.toEqual(predict?.Code);
    expect([predict, sweep, train].map((one) => one?.ImageConfig)).toEqual([
      undefined,
      { Command: ['index.sweep'] },
      undefined,
    ]);
  });

  test('what train cannot do in three attempts is kept, encrypted, for two weeks', () => {
    const config = template().one('AWS::Lambda::EventInvokeConfig', 'Train');
    const queue = template().one('AWS::SQS::Queue');
    expect(config.Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue.id, 'Arn'] } } },
    });
    expect(queue.Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    const [statement] = template().one('AWS::SQS::QueuePolicy').Properties.PolicyDocument.Statement;
    expect(statement).toMatchObject({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  test('a sweep that fails is not repeated', () => {
    expect(template().one('AWS::Lambda::EventInvokeConfig', 'Sweep').Properties.MaximumRetryAttempts).toBe(0);
    const [target] = template().one('AWS::Events::Rule').Properties.Targets;
    expect(target.RetryPolicy.MaximumRetryAttempts).toBe(0);
  });
}
