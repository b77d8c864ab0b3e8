import { UsageError } from './errors.ts';

/** AWS services that the command and the doctor call by themselves, as AWS_ENDPOINT_URL_… names them, and what each is in a host name. */
const HOSTS = {
  cloudformation: 'cloudformation',
  api_gateway: 'apigateway',
  sqs: 'sqs',
  lambda: 'lambda',
  sts: 'sts',
  ssm: 'ssm',
  ec2: 'ec2',
  rds: 'rds',
  service_quotas: 'servicequotas',
  cloudwatch_logs: 'logs',
} as const;

export type AwsService = keyof typeof HOSTS;

/** What the entry read of AWS's own variables; credentials are the SDK's business. */
export interface AwsEnvironment {
  /** AWS_REGION or AWS_DEFAULT_REGION. */
  readonly region: string | null;
  /** AWS_ENDPOINT_URL, and AWS_ENDPOINT_URL_SQS and so on by the service: where the service is in place of AWS. */
  readonly endpoint: string | null;
  readonly endpoints: Readonly<Partial<Record<AwsService, string>>>;
}

export const NO_AWS_ENVIRONMENT: AwsEnvironment = { region: null, endpoint: null, endpoints: {} };

/** Reads AWS's variables as the SDK does. */
export function awsEnvironment(variables: Readonly<Record<string, string | undefined>>): AwsEnvironment {
  const read = (name: string) => variables[name] || null;
  const endpoints: Partial<Record<AwsService, string>> = {};
  for (const service of Object.keys(HOSTS) as AwsService[]) {
    const endpoint = read(`AWS_ENDPOINT_URL_${service.toUpperCase()}`);
    if (endpoint !== null) endpoints[service] = endpoint;
  }
  const region = read('AWS_REGION') ?? read('AWS_DEFAULT_REGION');
  return { region, endpoint: read('AWS_ENDPOINT_URL'), endpoints };
}

/** What a service is called in host names and in signatures. */
export function hostNameOf(service: AwsService): string {
  return HOSTS[service];
}

/** Where a service is. China's regions have a domain of their own. @throws UsageError where a variable names no URL */
export function endpointOf(service: AwsService, region: string, environment: AwsEnvironment): string {
  const given = environment.endpoints[service] ?? environment.endpoint;
  if (given !== null) {
    if (/^https?:$/.test(URL.parse(given)?.protocol ?? '')) return given;
    throw new UsageError(
      `AWS_ENDPOINT_URL for ${HOSTS[service]} is "${given}", which is not an http(s) URL.`,
    );
  }
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${HOSTS[service]}.${region}.${domain}`;
}
