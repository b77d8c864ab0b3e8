import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AwsAccount } from '../../../services/cli/aws/account.ts';
import { readStack, type Stack } from '../../../services/cli/aws/stack.ts';
import { AwsFault } from '../../support/aws/received.ts';
import { type ExaminedAccount, OWNER } from '../doctor/empty-account.ts';
import { ROOT, type Synthesised } from '../templates/synthesised.ts';

/** A template as CloudFormation keeps it. */
export interface TemplateDocument {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly [more: string]: unknown }>>;
}

export interface StackOptions {
  readonly status?: string;
  /** What some resources are called, by the beginning of their logical ids; others are called by these. */
  readonly names?: Readonly<Record<string, string>>;
  /** The state of every resource. */
  readonly resourceStatus?: string;
}

/** What is called otherwise than by its logical id, in the stacks of the profiles. */
export const NAMES = {
  StoreModels: 'models',
  StoreSpool: 'spool',
  DatabaseCluster: 'hundredfold',
  ApiUsage: 'plan',
};

/** The template of a stack as it was synthesised. */
export function templateOf({ folder }: Synthesised, stack: string): TemplateDocument {
  return JSON.parse(readFileSync(path.join(folder, `${stack}.template.json`), 'utf8'));
}

/** The keys of the stack, one of an earlier stack of the name, one that was switched off, one made by hand, one of another stack. */
const KEYS = (stack: string) => [
  { id: 'k1', name: `hundredfold ${stack} predict aaaaaaaaaaaa`, enabled: true, inPlan: true },
  { id: 'k2', name: `hundredfold ${stack} read bbbbbbbbbbbb`, enabled: true, inPlan: true },
  { id: 'old', name: `hundredfold ${stack} read cccccccccccc`, enabled: true, inPlan: false },
  { id: 'off', name: `hundredfold ${stack} read eeeeeeeeeeee`, enabled: false, inPlan: true },
  { id: 'hand', name: 'a partner', enabled: true, inPlan: true },
  { id: 'other', name: `hundredfold ${stack}-2 read dddddddddddd`, enabled: true, inPlan: false },
];

/** As many resources as CloudFormation lists at once, here. */
const PAGE = 40;

/** An account with one stack that holds state: its protection, its buckets, its keys. It has no outputs, as one that failed. */
export class AccountWithStack {
  readonly aws: ExaminedAccount;
  readonly name: string;
  status: string;
  /** The versions in the models bucket. */
  versions = 2;
  terminationProtection: boolean;
  databaseProtection: boolean;
  keys: ReturnType<typeof KEYS>;
  readonly #template: TemplateDocument;

  constructor(aws: ExaminedAccount, name: string, template: TemplateDocument, options: StackOptions = {}) {
    this.aws = aws;
    this.name = name;
    this.status = options.status ?? 'CREATE_COMPLETE';
    this.#template = template;
    this.keys = KEYS(name);
    const [cluster] = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::RDS::DBCluster');
    this.databaseProtection = JSON.stringify(cluster ?? null).includes('"DeletionProtection":true');
    this.terminationProtection = this.databaseProtection;
    if (options.resourceStatus === 'DELETE_COMPLETE') this.databaseProtection = false;
    Object.assign(
      aws.answers,
      this.#cloudformation(options),
      this.#database(),
      this.#keys(),
      this.#buckets(),
    );
  }

  /** As the tools find it. */
  stack(): Promise<Stack> {
    return readStack(this.name, new AwsAccount('eu-central-1', async () => OWNER, this.aws.environment(), 5));
  }

  #cloudformation({ names = {}, resourceStatus = 'CREATE_COMPLETE' }: StackOptions) {
    const described = () =>
      `<DescribeStacksResult><Stacks><member><StackName>${this.name}</StackName><StackId>arn:aws:cloudformation:eu-central-1:111122223333:stack/${this.name}/1</StackId>` +
      `<StackStatus>${this.status}</StackStatus><EnableTerminationProtection>${this.terminationProtection}</EnableTerminationProtection><CreationTime>2026-01-01T00:00:00Z</CreationTime></member></Stacks></DescribeStacksResult>`;
    const members = Object.entries(this.#template.Resources).map(([id, { Type }]) => {
      const called = Object.entries(names).find(([begins]) => id.startsWith(begins))?.[1] ?? id;
      return `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${called}</PhysicalResourceId><ResourceType>${Type}</ResourceType><ResourceStatus>${resourceStatus}</ResourceStatus></member>`;
    });
    const page = (form: URLSearchParams) => {
      const from = Number(form.get('NextToken') ?? 0);
      const next = from + PAGE < members.length ? `<NextToken>${from + PAGE}</NextToken>` : '';
      return `<StackResourceSummaries>${members.slice(from, from + PAGE).join('')}</StackResourceSummaries>${next}`;
    };
    return {
      'sts GetCallerIdentity': `<GetCallerIdentityResult><Account>111122223333</Account><Arn>${OWNER.arn}</Arn><UserId>u</UserId></GetCallerIdentityResult>`,
      'cloudformation DescribeStacks': described,
      'cloudformation GetTemplate': `<GetTemplateResult><TemplateBody>${escaped(JSON.stringify(this.#template))}</TemplateBody></GetTemplateResult>`,
      'cloudformation ListStackResources': page,
      'cloudformation DeleteStack': () => this.delete(),
      'cloudformation DescribeStackEvents':
        '<DescribeStackEventsResult><StackEvents/></DescribeStackEventsResult>',
      'cloudformation UpdateTerminationProtection': () => {
        this.terminationProtection = false;
        return '<StackId>1</StackId>';
      },
    };
  }

  #database() {
    return {
      'rds DescribeDBClusters': () =>
        `<DBCluster><DeletionProtection>${this.databaseProtection}</DeletionProtection></DBCluster>`,
      'rds ModifyDBCluster': () => {
        this.databaseProtection = false;
        return '<Status>available</Status>';
      },
      // As it should be: it went with the stack.
      'logs Logs_20140328.DeleteLogGroup': new AwsFault(400, 'ResourceNotFoundException', 'no such group'),
    };
  }

  #keys() {
    const called = ({ searchParams }: URL) => {
      const begins = searchParams.get('name') ?? '';
      return { item: this.keys.filter(({ name }) => name.startsWith(begins)) };
    };
    return {
      'apigateway GET /apikeys': (_form: URLSearchParams, url: URL) => called(url),
      'apigateway GET /usageplans/plan/keys': () => ({
        item: this.keys.filter(({ inPlan }) => inPlan).map(({ id, name }) => ({ id, name, type: 'API_KEY' })),
      }),
      ...Object.fromEntries(
        this.keys.map(({ id }) => [
          `apigateway DELETE /apikeys/${id}`,
          () => {
            this.keys = this.keys.filter((key) => key.id !== id);
            return {};
          },
        ]),
      ),
    };
  }

  #buckets() {
    return {
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
    };
  }

  /** As CloudFormation does it. @throws AwsFault where the stack is protected */
  delete(): string {
    if (this.terminationProtection) {
      throw new AwsFault(
        400,
        'ValidationError',
        `Stack [${this.name}] cannot be deleted while TerminationProtection is enabled`,
      );
    }
    this.status = this.databaseProtection ? 'DELETE_FAILED' : 'DELETE_COMPLETE';
    return '<DeleteStackResult/>';
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** Runs `npm run destroy` as the owner of the account. */
export function destroy(aws: ExaminedAccount, args: readonly string[]) {
  return runTool(aws, 'infra/destroy.ts', args);
}

/** Runs an entry file as the owner of the account, without a container engine. */
export async function runTool(
  aws: ExaminedAccount,
  entry: string,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const home = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
  const child = spawn(process.execPath, [path.join(ROOT, entry), ...args], {
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
      CDK_DOCKER: '/no/container/engine',
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
  return aws.calls.filter((call) => !/ (Describe|List|Get|AssumeRole)| GET /.test(call));
}
