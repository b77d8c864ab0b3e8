import { examineAccount } from '../../../infra/doctor/account.ts';
import type { Finding } from '../../../infra/doctor/finding.ts';
import type { StackNeeds } from '../../../infra/doctor/needs.ts';
import { AwsAccount } from '../../../services/cli/aws/account.ts';
import { type Answers, type ExaminedAccount, OWNER } from './empty-account.ts';

/** Of `production`. */
export const NEEDS: StackNeeds = {
  stack: 'hundredfold',
  reserved: 10,
  memory: 3008,
  engineVersion: '17.7',
  pauses: true,
  cluster: 'hundredfold',
  logGroups: ['/aws/rds/cluster/hundredfold/postgresql'],
  zones: [0, 1],
  endpoints: [{ service: 'lambda', zones: [0] }],
  gatewayRole: true,
  architectures: ['arm64'],
};

/** What the doctor finds in an account that answers so, for a stack that differs so from `production`. */
export function examined(
  aws: ExaminedAccount,
  answers: Answers = {},
  needs: Partial<StackNeeds> = {},
  region = 'eu-central-1',
): Promise<Finding[]> {
  Object.assign(aws.answers, answers);
  const account = new AwsAccount(region, async () => OWNER, aws.environment(), 5);
  return examineAccount(account, { ...NEEDS, ...needs });
}

export function of(findings: readonly Finding[], name: string): Finding | undefined {
  return findings.find((finding) => finding.of === name);
}
