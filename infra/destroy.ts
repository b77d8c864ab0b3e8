// Takes a stack down, and says before and after what it keeps:
// node infra/destroy.ts [--profile NAME] [--settings FILE] [--yes] [--lift-protection] [OF CDK …]
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { openStack } from '../services/cli/aws/open-stack.ts';
import { awsEnvironment } from '../services/cli/aws-environment.ts';
import { TemplateError } from './cost/template.ts';
import { runCdk } from './deploy/cdk.ts';
import { confirmed } from './deploy/confirm.ts';
import { BucketNotEmptiedError } from './deploy/empty-bucket.ts';
import { readOptions, UsageError } from './deploy/options.ts';
import { takeDown } from './deploy/take-down.ts';
import { SettingsError } from './settings/read-settings.ts';
import { UnknownProfileError } from './settings.ts';
import { chosenStack } from './synthesis/chosen-stack.ts';
import { SynthesisError, synthesise } from './synthesis/templates.ts';

const KNOWN = [
  UsageError,
  SettingsError,
  UnknownProfileError,
  TemplateError,
  SynthesisError,
  BucketNotEmptiedError,
];
/** Seconds in which AWS answers. */
const TIMEOUT = 30;
const folder = mkdtempSync(path.join(os.tmpdir(), 'hundredfold-destroy-'));
try {
  process.exitCode = await destroy();
} catch (error) {
  const { name, exitStatus, message } = Object(error);
  if (exitStatus === undefined && !KNOWN.some((kind) => error instanceof kind)) throw error;
  console.error(message);
  process.exitCode = name === 'UsageError' ? 2 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function destroy(): Promise<number> {
  const {
    profile,
    settings: file,
    flags,
    forCdk,
  } = readOptions(process.argv.slice(2), ['--yes', '--lift-protection']);
  const { settings, synthArguments } = chosenStack(profile, file);
  synthesise([...synthArguments, '--out', folder]);
  const { stackName } = settings;
  const stack = await openStack(stackName, settings.region, awsEnvironment(process.env), TIMEOUT);
  const { region } = stack.account;
  const client = new S3Client({ region });
  return takeDown({
    stack,
    client,
    mayLift: flags.has('--lift-protection'),
    confirm: async () => flags.has('--yes') || confirmed(stackName, `\nType ${stackName} to take it down: `),
    say: console.error,
    cdk: () =>
      runCdk(['destroy', stackName, '--app', folder, '--force', ...forCdk], {
        ...process.env,
        AWS_REGION: region,
      }),
  });
}
