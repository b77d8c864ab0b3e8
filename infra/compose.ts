import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundleFile } from '../docker/bundle.ts';
import manifest from '../package.json' with { type: 'json' };
import { HundredfoldStack } from './hundredfold-stack.ts';
import type { StackSettings } from './settings/table.ts';

/** What is to be synthesised: settings by the name of their profile, and where to. */
export interface Composition {
  readonly profiles: Readonly<Record<string, StackSettings>>;
  readonly outFolder: string;
}

/** Behaviours of the CDK that a new app is started with, as far as they concern what this one uses. */
const FLAGS = Object.fromEntries(
  [
    '@aws-cdk/core:enablePartitionLiterals',
    '@aws-cdk/core:validateSnapshotRemovalPolicy',
    '@aws-cdk/core:stackRelativeExports',
    '@aws-cdk/aws-apigateway:disableCloudWatchRole',
    '@aws-cdk/aws-apigateway:requestValidatorUniqueId',
    '@aws-cdk/aws-apigateway:usagePlanKeyOrderInsensitiveId',
    '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard',
    '@aws-cdk/aws-lambda:recognizeVersionProps',
    '@aws-cdk/aws-lambda:recognizeLayerVersion',
    '@aws-cdk/aws-rds:auroraClusterChangeScopeOfInstanceParameterGroupWithEachParameters',
    '@aws-cdk/aws-rds:preventRenderingDeprecatedCredentials',
    '@aws-cdk/aws-s3:publicAccessBlockedByDefault',
    '@aws-cdk/aws-iam:standardizedServicePrincipals',
  ].map((flag) => [flag, true]),
);

/**
 * Writes the templates and assets of a stack for each profile. Asks no network, needs no credentials and no container
 * engine, and is the same every time. cdk-nag's rules are checked with it, unless `CDK_VALIDATION` is `false`.
 */
export async function synthesise({ profiles, outFolder }: Composition): Promise<CloudAssembly> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hundredfold-migrations-'));
  try {
    const { file } = await bundleFile(path.join(import.meta.dirname, 'functions/migrate.ts'), folder);
    const version = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    const app = new App({ outdir: outFolder, postCliContext: FLAGS });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }));
    for (const [profile, settings] of Object.entries(profiles)) {
      new HundredfoldStack(app, settings.stackName, {
        settings,
        profile,
        version: manifest.version,
        migrations: { folder, version },
      });
    }
    return app.synth();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
