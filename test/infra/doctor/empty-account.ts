import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { AwsEnvironment } from '../../../services/cli/aws-environment.ts';
import { AwsFault, type AwsReceived, json } from '../../support/aws/received.ts';
import { checkSignature, type Identity } from '../../support/aws/signature.ts';

export const OWNER: Identity = {
  arn: 'arn:aws:iam::111122223333:user/ada',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
};

type Answer = string | object | AwsFault;

/** What the account answers, by service and action: XML, JSON, or a refusal; or what makes one of these of each call. */
export type Answers = Record<string, Answer | ((form: URLSearchParams, url: URL) => Answer)>;

/** A new account that was bootstrapped, and has nothing else in it. */
export function newAccount(): Answers {
  return {
    'sts GetCallerIdentity': `<Account>111122223333</Account><Arn>${OWNER.arn}</Arn>`,
    'ssm AmazonSSM.GetParameter': { Parameter: { Value: '30' } },
    'cloudformation DescribeStacks': new AwsFault(
      400,
      'ValidationError',
      'Stack with id hundredfold does not exist',
    ),
    'ec2 DescribeVpcs': '<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>',
    'ec2 DescribeAvailabilityZones': ['a', 'b', 'c']
      .map((zone) => `<item><zoneName>eu-central-1${zone}</zoneName></item>`)
      .join(''),
    'ec2 DescribeSubnets': '',
    'ec2 DescribeVpcEndpointServices': endpointIn('a', 'b', 'c'),
    'logs Logs_20140328.DescribeLogGroups': { logGroups: [] },
    'rds DescribeDBClusters': new AwsFault(404, 'DBClusterNotFoundFault', 'DBCluster hundredfold not found.'),
    'servicequotas ServiceQuotasV20190624.GetServiceQuota': { Quota: { Value: 5 } },
    'rds DescribeOrderableDBInstanceOptions': serverlessIn('a', 'b', 'c'),
    'rds DescribeDBEngineVersions':
      '<ServerlessV2FeaturesSupport><MinCapacity>0.0</MinCapacity><MaxCapacity>256.0</MaxCapacity></ServerlessV2FeaturesSupport>',
    'rds DescribeAccountAttributes': quotas({
      DBInstances: [0, 40],
      DBClusters: [0, 40],
      DBSubnetGroups: [0, 50],
    }),
    'lambda GET /2016-08-19/account-settings/': concurrency(1000),
    'apigateway GET /account': {},
  };
}

/** Lambda's endpoint service, in these zones. */
export function endpointIn(...zones: readonly string[]): string {
  const items = zones.map((zone) => `<item>eu-central-1${zone}</item>`).join('');
  return `<serviceName>com.amazonaws.eu-central-1.lambda</serviceName><availabilityZoneSet>${items}</availabilityZoneSet>`;
}

/** Aurora's instance class, in these zones. */
export function serverlessIn(...zones: readonly string[]): string {
  const items = zones
    .map((zone) => `<AvailabilityZone><Name>eu-central-1${zone}</Name></AvailabilityZone>`)
    .join('');
  return `<DBInstanceClass>db.serverless</DBInstanceClass><AvailabilityZones>${items}</AvailabilityZones>`;
}

export function quotas(of: Readonly<Record<string, readonly [number, number]>>): string {
  return Object.entries(of)
    .map(
      ([name, [used, max]]) =>
        `<AccountQuota><AccountQuotaName>${name}</AccountQuotaName><Used>${used}</Used><Max>${max}</Max></AccountQuota>`,
    )
    .join('');
}

export function concurrency(all: number, free = all): object {
  return { AccountLimit: { ConcurrentExecutions: all, UnreservedConcurrentExecutions: free } };
}

/** AWS as the doctor meets it, behind one address: checks signatures for real, and answers what it was given. */
export class ExaminedAccount {
  answers: Answers = newAccount();
  readonly calls: string[] = [];
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  static async start(): Promise<ExaminedAccount> {
    const account = new ExaminedAccount();
    await new Promise<void>((resolve) => account.#server.listen(0, '127.0.0.1', resolve));
    return account;
  }

  get endpoint(): string {
    const { port }: AddressInfo = Object(this.#server.address());
    return `http://127.0.0.1:${port}`;
  }

  environment(region: string | null = 'eu-central-1'): AwsEnvironment {
    return { region, endpoint: this.endpoint, endpoints: {} };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', this.endpoint);
    const request = {
      method: incoming.method ?? 'GET',
      url,
      headers: incoming.headers,
      body: await buffer(incoming),
    };
    const { status, headers, body } = await this.#answer(request).catch(refusal);
    response.writeHead(status, headers).end(body);
  }

  async #answer(request: AwsReceived) {
    const { service } = await checkSignature(request, [OWNER]);
    const { method, url, headers, body } = request;
    const form = new URLSearchParams(body.toString());
    const path = `${method} ${url.pathname}`;
    const call = `${service} ${headers['x-amz-target'] ?? (url.pathname === '/' ? form.get('Action') : path)}`;
    this.calls.push(call);
    const found = this.answers[call] ?? new AwsFault(400, 'UnknownOperation', call);
    const answer = typeof found === 'function' ? found(form, url) : found;
    if (answer instanceof AwsFault) throw answer;
    if (typeof answer !== 'string') return json(answer);
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: `<Answer>${answer}</Answer>` };
  }
}

/** In a header for those that read JSON, in the body for those that read XML. */
function refusal({ status, code, message }: AwsFault) {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  return { status, headers: { 'x-amzn-errortype': code, 'content-type': 'text/xml' }, body };
}
