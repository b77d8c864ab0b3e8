import { AwsAccount } from '../../services/cli/aws/account.ts';
import { profileRegion, sdkCredentials } from '../../services/cli/aws/credentials.ts';
import type { AwsEnvironment } from '../../services/cli/aws-environment.ts';
import { examineAccount } from './account.ts';
import { type Finding, ok, problem, skipped } from './finding.ts';
import { checkBase, type Registries } from './machine/base-images.ts';
import { baseImages } from './machine/dockerfiles.ts';
import { checkEngine } from './machine/engine.ts';
import type { Run } from './machine/run.ts';
import type { StackNeeds } from './needs.ts';

export interface Examination {
  readonly needs: StackNeeds;
  /** That the settings ask for; null for any. */
  readonly region: string | null;
  readonly environment: AwsEnvironment;
  readonly run: Run;
  /** DOCKER_BUILDKIT is 1. */
  readonly buildkit: boolean;
  readonly registries?: Registries;
}

/** Seconds in which AWS answers, where it can be reached. */
const TIMEOUT = 15;

/** Everything that is looked at before anything is created. Changes nothing. */
export async function examine(examination: Examination): Promise<Finding[]> {
  const { needs, run, registries } = examination;
  const [region, engine, bases] = await Promise.all([
    regionOf(examination),
    checkEngine(run, needs.architectures, examination.buildkit),
    Promise.all(baseImages(needs.architectures).map((base) => checkBase(base, run, registries))),
  ]);
  const machine = [engine, ...bases];
  if (region.name === null) return [region.finding, skipped('account', 'needs a region'), ...machine];
  const account = new AwsAccount(region.name, await sdkCredentials(), examination.environment, TIMEOUT);
  return [region.finding, ...(await examineAccount(account, needs)), ...machine];
}

async function regionOf({
  region,
  environment,
}: Examination): Promise<{ name: string | null; finding: Finding }> {
  const of = 'region';
  const name = environment.region ?? (await profileRegion());
  if (name === null) {
    return { name, finding: problem(of, 'none is named', 'set AWS_REGION, or a region in the profile') };
  }
  if (region !== null && region !== name) {
    const todo = `AWS_REGION=${region}, or region in infra/settings.ts`;
    return { name, finding: problem(of, `it is ${name}, and the settings allow ${region} alone`, todo) };
  }
  return { name, finding: ok(of, name) };
}
