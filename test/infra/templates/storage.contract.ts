import { expect, test } from '@jest/globals';
import type { Resource, Template } from './template.ts';

interface Expected {
  readonly kept: boolean;
  readonly backupDays: number;
  readonly noncurrentDays: number;
  readonly capacity: { readonly least: number; readonly most: number };
}

/** What holds of the database and of the buckets. */
export function storageContract(template: () => Template, expected: Expected): void {
  const cluster = () => template().one('AWS::RDS::DBCluster');

  test('the database sleeps when idle, answers the Data API, and its password is known to nobody', () => {
    const { least, most } = expected.capacity;
    expect(cluster().Properties).toMatchObject({
      Engine: 'aurora-postgresql',
      EnableHttpEndpoint: true,
      ManageMasterUserPassword: true,
      DatabaseName: 'hundredfold',
      ServerlessV2ScalingConfiguration: {
        MinCapacity: least,
        MaxCapacity: most,
        ...(least === 0 ? { SecondsUntilAutoPause: 300 } : {}),
      },
    });
    if (least > 0) {
      expect(cluster().Properties.ServerlessV2ScalingConfiguration.SecondsUntilAutoPause).toBeUndefined();
    }
    expect(cluster().Properties.MasterUserPassword).toBeUndefined();
    expect(template().one('AWS::RDS::DBInstance').Properties).toMatchObject({
      DBInstanceClass: 'db.serverless',
      PubliclyAccessible: false,
    });
  });

  test('the database is encrypted, backed up, and as hard to delete as was said', () => {
    expect(cluster().Properties).toMatchObject({
      StorageEncrypted: true,
      BackupRetentionPeriod: expected.backupDays,
      DeletionProtection: expected.kept,
      EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    });
    const policy = expected.kept ? 'Snapshot' : 'Delete';
    expect(cluster()).toMatchObject({ DeletionPolicy: policy, UpdateReplacePolicy: policy });
  });

  test('its log ends, and holds no rows', () => {
    expect(cluster().Properties.EnableCloudwatchLogsExports).toEqual(['postgresql']);
    const logs = template().one('AWS::Logs::LogGroup', 'Database');
    expect(logs.Properties.LogGroupName).toBe(
      `/aws/rds/cluster/${cluster().Properties.DBClusterIdentifier}/postgresql`,
    );
    expect(cluster().DependsOn).toContain(logs.id);
    expect(template().one('AWS::RDS::DBClusterParameterGroup').Properties.Parameters).toMatchObject({
      'rds.force_ssl': '1',
      log_min_duration_statement: '-1',
      log_error_verbosity: 'terse',
    });
  });

  test('both buckets are private, encrypted and reached over TLS alone', () => {
    for (const bucket of template().all('AWS::S3::Bucket')) {
      expect(bucket.Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
      expect(bucket.DeletionPolicy).toBe(expected.kept ? 'RetainExceptOnCreate' : 'Delete');
      expect(refusals(template(), bucket)).toEqual([
        { Bool: { 'aws:SecureTransport': 'false' } },
        { NumericLessThan: { 's3:TlsVersion': 1.2 } },
      ]);
    }
  });

  test('models have earlier versions, for a while', () => {
    const { Properties } = template().one('AWS::S3::Bucket', 'StoreModels');
    expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(Properties.LifecycleConfiguration.Rules).toContainEqual({
      Id: 'earlier-versions',
      NoncurrentVersionExpiration: { NoncurrentDays: expected.noncurrentDays },
      ExpiredObjectDeleteMarker: true,
      Status: 'Enabled',
    });
  });

  test('what waits for the database has none: erased is gone; and it never expires before it is recorded', () => {
    const { Properties } = template().one('AWS::S3::Bucket', 'StoreSpool');
    expect(Properties.VersioningConfiguration).toBeUndefined();
    expect(JSON.stringify(Properties.LifecycleConfiguration)).not.toContain('Expiration');
  });
}

/** Under which conditions a bucket's policy denies everything. */
function refusals(template: Template, bucket: Resource): unknown[] {
  const policies = template
    .all('AWS::S3::BucketPolicy')
    .filter(({ Properties }) => template.named(Properties.Bucket)?.id === bucket.id);
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return statements
    .filter(({ Effect, Action }) => Effect === 'Deny' && Action === 's3:*')
    .map(({ Condition }) => Condition);
}
