import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROFILES } from '../../../infra/settings.ts';
import { describeWhere } from '../../support/requirement.ts';
import { apiContract } from './api.contract.ts';
/** Everything that can be asked for, in place of what the profile says. */
import FULL from './everything.json' with { type: 'json' };
import { functionsContract } from './functions.contract.ts';
import { monitoringContract } from './monitoring.contract.ts';
import { networkContract } from './network.contract.ts';
import { policiesContract } from './policies.contract.ts';
import { storageContract } from './storage.contract.ts';
import { type Synthesised, stackPackages, synthesise } from './synthesised.ts';
import type { Template } from './template.ts';

const VARIANTS = [
  { name: 'development', stack: 'hundredfold-development', settings: PROFILES.development },
  { name: 'production', stack: 'hundredfold', settings: PROFILES.production },
  { name: 'production with everything', stack: 'searches', settings: { ...PROFILES.production, ...FULL } },
];

const OUTPUTS = [
  'ApiUrl',
  'ApiId',
  'Region',
  'ModelsBucket',
  'SpoolBucket',
  'TrainFunction',
  'DeadLetterQueueUrl',
  'UsagePlanId',
  'ClusterArn',
  'SecretArn',
  'DatabaseName',
  'Version',
];

function zonesOf({ zones }: { readonly zones: readonly string[] | null }): [string, string] | null {
  const [first, second] = zones ?? [];
  return first === undefined || second === undefined ? null : [first, second];
}

describeWhere(stackPackages(), 'the template of', () => {
  let profiles: Synthesised;
  let full: Synthesised;
  beforeAll(async () => {
    [profiles, full] = await Promise.all([
      synthesise(),
      synthesise({ profile: 'production', settings: FULL }),
    ]);
    expect([profiles, full].filter(({ code }) => code !== 0).map(({ output }) => output)).toEqual([]);
  }, 120_000);
  afterAll(() => Promise.all([profiles.remove(), full.remove()]));

  describe.each(VARIANTS)('$name', ({ stack, settings }) => {
    let read: Template | undefined;
    const template = () => {
      read ??= (stack === FULL.stackName ? full : profiles).template(stack);
      return read;
    };

    functionsContract(template, {
      memory: { Predict: settings.predictMemory, Train: settings.trainMemory, Sweep: 512, Migrations: 512 },
      logDays: settings.logDays,
    });
    storageContract(template, {
      kept: settings.protectData,
      backupDays: settings.backupDays,
      noncurrentDays: settings.noncurrentDays,
      capacity: { least: settings.databaseMinCapacity, most: settings.databaseMaxCapacity },
    });
    networkContract(template, { endpoint: settings.invokeFromDatabase, zones: zonesOf(settings) });
    apiContract(template, {
      rate: settings.throttleRate,
      burst: settings.throttleBurst,
      quota: settings.dailyQuota,
      origins: settings.corsOrigins,
      traced: settings.tracedShare,
    });
    policiesContract(template);
    monitoringContract(template, {
      budget: settings.monthlyBudget,
      dashboard: settings.dashboard,
      email: settings.alarmEmail,
    });

    test('keeps every log for as long as was set, and no longer than the stack', () => {
      for (const logs of template().all('AWS::Logs::LogGroup')) {
        expect(logs).toMatchObject({
          DeletionPolicy: 'Delete',
          Properties: { RetentionInDays: settings.logDays },
        });
      }
    });

    test('sets aside the concurrency that was asked for, and no other', () => {
      const reserved = template()
        .all('AWS::Lambda::Function')
        .map(({ id, Properties }) => [
          id.replace(/Function.*/, ''),
          Properties.ReservedConcurrentExecutions ?? null,
        ]);
      expect(Object.fromEntries(reserved)).toEqual({
        Predict: settings.predictConcurrency,
        Train: settings.trainConcurrency,
        Sweep: null,
        Migrations: null,
      });
    });

    test('tells the command where everything is', () => {
      const domain = settings.domainName === null ? [] : ['DomainTarget'];
      expect(Object.keys(template().outputs).sort()).toEqual([...OUTPUTS, ...domain].sort());
    });

    test('tags what it makes', () => {
      const tags = { 'hundredfold:stack': stack, ...settings.tags };
      for (const type of [
        'AWS::RDS::DBCluster',
        'AWS::S3::Bucket',
        'AWS::Lambda::Function',
        'AWS::ApiGateway::Stage',
      ]) {
        for (const { Properties } of template().all(type)) {
          for (const [Key, Value] of Object.entries(tags))
            expect(Properties.Tags).toContainEqual({ Key, Value });
        }
      }
    });
  });

  test('is for any account, and, where none was named, any region', () => {
    for (const stack of ['hundredfold', 'hundredfold-development']) {
      const { resources } = profiles.template(stack);
      expect(JSON.stringify(resources)).not.toMatch(/"\d{12}"|:\d{12}:|"(us|eu|ap)-[a-z]+-\d"/);
    }
  });

  test('a domain has its certificate and takes no old TLS; without one there is none', () => {
    const { Properties } = full.template('searches').one('AWS::ApiGateway::DomainName');
    expect(Properties).toMatchObject({
      DomainName: FULL.domainName,
      RegionalCertificateArn: FULL.certificateArn,
      SecurityPolicy: 'TLS_1_2',
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
    expect(full.template('searches').outputs.ApiUrl?.Value).toBe(`https://${FULL.domainName}`);
    expect(profiles.template('hundredfold').all('AWS::ApiGateway::DomainName')).toEqual([]);
  });

  test('a firewall stands before the stage, limits each address, and judges no row by its text', () => {
    const template = full.template('searches');
    const { Rules, VisibilityConfig } = template.one('AWS::WAFv2::WebACL').Properties;
    expect(template.all('AWS::WAFv2::WebACLAssociation')).toHaveLength(1);
    expect(Rules[0].Statement.RateBasedStatement.Limit).toBe(10_000);
    expect(VisibilityConfig.SampledRequestsEnabled).toBe(false);
    const counted = JSON.stringify(Rules);
    for (const rule of ['SizeRestrictions_BODY', 'CrossSiteScripting_BODY']) {
      expect(counted).toContain(`{"ActionToUse":{"Count":{}},"Name":"${rule}"}`);
    }
    expect(profiles.template('hundredfold').all('AWS::WAFv2::WebACL')).toEqual([]);
  });

  test("API Gateway's role for logs is made where it was asked for, and outlives the stack", () => {
    expect(profiles.template('hundredfold').one('AWS::ApiGateway::Account').DeletionPolicy).toBe(
      'RetainExceptOnCreate',
    );
    expect(full.template('searches').all('AWS::ApiGateway::Account')).toEqual([]);
  });

  test('a region that was named is the only one that it can be deployed to', () => {
    expect(JSON.stringify(full.template('searches').rules)).toContain(
      '"Fn::Equals":[{"Ref":"AWS::Region"},"eu-central-1"]',
    );
    expect(Object.keys(profiles.template('hundredfold').rules)).toEqual(['CheckBootstrapVersion']);
  });
});
