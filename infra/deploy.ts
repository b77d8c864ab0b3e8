// Deploys the stack of a profile: synthesises it, has the doctor look, lets the pinned cdk deploy it (which asks before anything
// that widens permissions), and says what to try: node infra/deploy.ts [--profile NAME] [--settings FILE] [--skip-doctor] [OF CDK …]
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isCallFailure } from '../services/cli/aws/errors.ts';
import { openStack } from '../services/cli/aws/open-stack.ts';
import { awsEnvironment } from '../services/cli/aws-environment.ts';
import { readTemplate, TemplateError } from './cost/template.ts';
import { runCdk } from './deploy/cdk.ts';
import { nextSteps, outputsOf } from './deploy/next-steps.ts';
import { readOptions, UsageError } from './deploy/options.ts';
import { clearTheWay } from './deploy/protection.ts';
import { isWell, reportOf } from './doctor/report.ts';
import { stackFindings } from './doctor/stack-findings.ts';
import { SettingsError } from './settings/read-settings.ts';
import { UnknownProfileError } from './settings.ts';
import { chosenStack } from './synthesis/chosen-stack.ts';
import { SynthesisError, synthesise } from './synthesis/templates.ts';

const KNOWN = [UsageError, SettingsError, UnknownProfileError, TemplateError, SynthesisError];
/** Seconds in which AWS answers. */
const TIMEOUT = 30;
const folder = mkdtempSync(path.join(os.tmpdir(), 'hundredfold-deploy-'));
try {
  process.exitCode = await deploy();
} catch (error) {
  if (!KNOWN.some((kind) => error instanceof kind)) throw error;
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function deploy(): Promise<number> {
  const { profile, settings: file, flags, forCdk } = readOptions(process.argv.slice(2), ['--skip-doctor']);
  const { settings, synthArguments } = chosenStack(profile, file);
  const app = path.join(folder, 'app');
  synthesise([...synthArguments, '--out', app]);
  const { stackName } = settings;
  if (!flags.has('--skip-doctor')) {
    const template = readTemplate(path.join(app, `${stackName}.template.json`));
    const findings = await stackFindings(template, settings.region, process.env);
    console.error(`${reportOf(findings)}\n`);
    if (!isWell(findings)) {
      console.error('Not deployed. What the doctor cannot know better than you: --skip-doctor.');
      return 1;
    }
  }
  await makeWay(stackName, settings.region);
  const outputs = path.join(folder, 'outputs.json');
  const status = await runCdk(
    ['deploy', stackName, '--app', app, '--outputs-file', outputs, ...forCdk],
    process.env,
  );
  if (status === 0 && existsSync(outputs)) {
    console.error(nextSteps(stackName, outputsOf(JSON.parse(readFileSync(outputs, 'utf8')), stackName)));
  }
  return status;
}

/** What the cdk cannot do by itself. Where AWS cannot be asked, the cdk says why, in its own words. */
async function makeWay(stackName: string, region: string | null): Promise<void> {
  try {
    const stack = await openStack(stackName, region, awsEnvironment(process.env), TIMEOUT);
    if (!(await clearTheWay(stack))) return;
    console.error(`${stackName} is ${stack.status}, and its protection was lifted: the cdk makes it anew.`);
  } catch (error) {
    if (!isCallFailure(error)) throw error;
  }
}
