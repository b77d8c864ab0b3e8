// Takes a stack down, and says before and after what it keeps:
// node infra/destroy.ts [--profile NAME] [--settings FILE] [--yes] [--lift-protection] [OF CDK …]
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { awsEnvironment } from '../services/cli/aws/aws-environment.ts';
import { openStack } from '../services/cli/aws/open-stack.ts';
import { readTemplate, TemplateError } from './cost/template.ts';
import { runCdk } from './deploy/cdk.ts';
import { confirmed } from './deploy/confirm.ts';
import { BucketNotEmptiedError } from './deploy/empty-bucket.ts';
import { keptOf, keptText } from './deploy/kept.ts';
import { readOptions, UsageError } from './deploy/options.ts';
import { isProtected } from './deploy/protection.ts';
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
  const { stackName, region } = settings;
  const template = readTemplate(path.join(folder, `${stackName}.template.json`));
  const kept = keptText(keptOf(template));
  const stack = await openStack(stackName, region, awsEnvironment(process.env), TIMEOUT);
  const { account } = stack;
  if (isProtected(template) && !flags.has('--lift-protection')) {
    console.error(protectedText(stackName));
    return 1;
  }
  console.error(
    `${stackName} in ${account.region} will be taken down: its API, functions and database end at once.\nKept:\n${kept}`,
  );
  if (!flags.has('--yes') && !(await confirmed(stackName, `\nType ${stackName} to take it down: `))) {
    console.error('Nothing was removed. (Where nobody sits at a terminal: --yes.)');
    return 1;
  }
  const client = new S3Client({ region: account.region });
  const status = await takeDown({
    stack,
    template,
    client,
    say: console.error,
    cdk: () =>
      runCdk(['destroy', stackName, '--app', folder, '--force', ...forCdk], {
        ...process.env,
        AWS_REGION: account.region,
      }),
  });
  if (status === 0) console.error(`\n${stackName} is gone. Still there:\n${kept}`);
  return status;
}

function protectedText(stack: string): string {
  return `${stack} is protected (protectData): nothing was removed.
  To take it down and keep what it knows, the buckets and a last snapshot of the database:
    npm run destroy -- --lift-protection
  To remove what it knows as well: set protectData to false in infra/settings.ts, npm run deploy, and then npm run destroy.`;
}
