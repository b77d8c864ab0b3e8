import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type ExaminedAccount, OWNER } from '../doctor/empty-account.ts';
import { ROOT } from '../templates/synthesised.ts';

const OUTPUTS = {
  ModelsBucket: 'models',
  SpoolBucket: 'spool',
  ClusterArn: 'arn:aws:rds:eu-central-1:111122223333:cluster:hundredfold',
};

/** An account with one stack, as CloudFormation tells of it, and two buckets. */
export class AccountWithStack {
  readonly aws: ExaminedAccount;
  status = 'CREATE_COMPLETE';
  /** The versions in the models bucket. */
  versions = 2;

  constructor(aws: ExaminedAccount, stack: string) {
    this.aws = aws;
    const outputs = Object.entries(OUTPUTS).map(
      ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    const described = () =>
      `<DescribeStacksResult><Stacks><member><StackName>${stack}</StackName><StackId>arn:aws:cloudformation:eu-central-1:111122223333:stack/${stack}/1</StackId>` +
      `<StackStatus>${this.status}</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${outputs.join('')}</Outputs></member></Stacks></DescribeStacksResult>`;
    Object.assign(aws.answers, {
      'sts GetCallerIdentity': `<GetCallerIdentityResult><Account>111122223333</Account><Arn>${OWNER.arn}</Arn><UserId>u</UserId></GetCallerIdentityResult>`,
      'cloudformation DescribeStacks': described,
      'cloudformation DeleteStack': () => this.#delete(),
      'cloudformation DescribeStackEvents':
        '<DescribeStackEventsResult><StackEvents/></DescribeStackEventsResult>',
      'cloudformation UpdateTerminationProtection': '<StackId>1</StackId>',
      'rds ModifyDBCluster': '<Status>available</Status>',
      's3 GET /models/': () =>
        Array.from(
          { length: this.versions },
          (_, n) => `<Version><Key>a</Key><VersionId>${n}</VersionId></Version>`,
        ).join(''),
      's3 POST /models/': () => {
        this.versions = 0;
        return '';
      },
      's3 GET /spool/': '',
    });
  }

  #delete(): string {
    this.status = 'DELETE_COMPLETE';
    return '<DeleteStackResult/>';
  }
}

/** Runs `npm run destroy` as the owner of the account. */
export async function destroy(
  aws: ExaminedAccount,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const home = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
  const child = spawn(process.execPath, [path.join(ROOT, 'infra/destroy.ts'), ...args], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: OWNER.accessKeyId,
      AWS_SECRET_ACCESS_KEY: OWNER.secretAccessKey,
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_VALIDATION: 'false',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  rmSync(home, { recursive: true, force: true });
  return { code, output };
}

/** The calls that changed something. */
export function changes(aws: ExaminedAccount): string[] {
  return aws.calls.filter((call) => !/ (Describe|Get|AssumeRole)| GET /.test(call));
}
