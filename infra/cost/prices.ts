/** Regions that the table has prices of. */
export const PRICED_REGIONS = ['us-east-1', 'eu-central-1'] as const;
export type PricedRegion = (typeof PRICED_REGIONS)[number];

/** The services of a bill. */
export type Service =
  | 'Aurora'
  | 'Interface endpoint'
  | 'Lambda'
  | 'API Gateway'
  | 'S3'
  | 'CloudWatch'
  | 'X-Ray'
  | 'Secrets Manager'
  | 'SQS'
  | 'ECR'
  | 'WAF'
  | 'SageMaker';

/** USD in each region, for `per` of a unit. */
export interface Price {
  readonly service: Service;
  readonly unit: string;
  readonly per: number;
  readonly usd: Readonly<Record<PricedRegion, number>>;
  /** The page of AWS that says so. */
  readonly source: string;
  /** When it was that, at the latest. */
  readonly asOf: string;
}

const AS_OF = '2025-12-01';
const PAGES = 'https://aws.amazon.com';
const LAMBDA = `${PAGES}/lambda/pricing/`;
const AURORA = `${PAGES}/rds/aurora/pricing/`;
const S3 = `${PAGES}/s3/pricing/`;
const CLOUDWATCH = `${PAGES}/cloudwatch/pricing/`;
const PRIVATELINK = `${PAGES}/privatelink/pricing/`;
const FIREWALL = `${PAGES}/waf/pricing/`;
const SAGEMAKER = `${PAGES}/sagemaker/ai/pricing/`;

/**
 * What AWS asks, on demand, without tax and discounts. Edited by hand: no price is fetched. A page that says otherwise is
 * right: change the line, and the date of all once all were looked at.
 */
export const PRICES = {
  lambdaGbSecond: price('Lambda', LAMBDA, 'GB-seconds of arm64', 1, 0.0000133334, 0.0000133334),
  lambdaRequest: price('Lambda', LAMBDA, 'invocations', 1e6, 0.2, 0.2),
  apiRequest: price('API Gateway', `${PAGES}/api-gateway/pricing/`, 'calls of a REST API', 1e6, 3.5, 3.7),
  auroraCapacity: price('Aurora', AURORA, 'ACU-hours, Serverless v2, Standard', 1, 0.12, 0.14),
  auroraStorage: price('Aurora', AURORA, 'GB-months of storage', 1, 0.1, 0.119),
  auroraIo: price('Aurora', AURORA, 'I/O requests', 1e6, 0.2, 0.22),
  auroraBackup: price('Aurora', AURORA, 'GB-months of backup', 1, 0.021, 0.023),
  dataApiRequest: price('Aurora', AURORA, 'Data API requests of 32 KB', 1e6, 0.35, 0.42),
  endpointHour: price(
    'Interface endpoint',
    PRIVATELINK,
    'hours of an interface endpoint in a zone',
    1,
    0.01,
    0.012,
  ),
  endpointGb: price('Interface endpoint', PRIVATELINK, 'GB through it', 1, 0.01, 0.01),
  secret: price('Secrets Manager', `${PAGES}/secrets-manager/pricing/`, 'secrets', 1, 0.4, 0.4),
  secretRequest: price(
    'Secrets Manager',
    `${PAGES}/secrets-manager/pricing/`,
    'calls for secrets',
    1e4,
    0.05,
    0.05,
  ),
  s3Storage: price('S3', S3, 'GB-months of storage', 1, 0.023, 0.0245),
  s3Write: price('S3', S3, 'PUT and LIST requests', 1000, 0.005, 0.0054),
  s3Read: price('S3', S3, 'GET requests', 1000, 0.0004, 0.00043),
  logIngest: price('CloudWatch', CLOUDWATCH, 'GB of logs written', 1, 0.5, 0.63),
  logStorage: price('CloudWatch', CLOUDWATCH, 'GB-months of logs kept', 1, 0.03, 0.0324),
  alarmMetric: price('CloudWatch', CLOUDWATCH, 'metrics watched by alarms', 1, 0.1, 0.1),
  dashboard: price('CloudWatch', CLOUDWATCH, 'dashboards', 1, 3, 3),
  customMetric: price('CloudWatch', CLOUDWATCH, 'metrics of our own', 1, 0.3, 0.3),
  trace: price('X-Ray', `${PAGES}/xray/pricing/`, 'traces', 1e6, 5, 5),
  queueRequest: price('SQS', `${PAGES}/sqs/pricing/`, 'calls of a queue', 1e6, 0.4, 0.4),
  imageStorage: price('ECR', `${PAGES}/ecr/pricing/`, 'GB-months of images', 1, 0.1, 0.1),
  transferOut: price('API Gateway', `${PAGES}/ec2/pricing/on-demand/`, 'GB to the internet', 1, 0.09, 0.09),
  firewallAcl: price('WAF', FIREWALL, 'web ACLs', 1, 5, 5),
  firewallRule: price('WAF', FIREWALL, 'rules of a web ACL', 1, 1, 1),
  firewallRequest: price('WAF', FIREWALL, 'requests looked at', 1e6, 0.6, 0.6),
  sagemakerHour: price('SageMaker', SAGEMAKER, 'hours of ml.m5.large, real time', 1, 0.115, 0.138),
  sagemakerServerlessSecond: price(
    'SageMaker',
    SAGEMAKER,
    'seconds of 2 GB, serverless inference',
    1,
    0.00004,
    0.0000468,
  ),
} as const satisfies Readonly<Record<string, Price>>;

/** The name of a price. */
export type Meter = keyof typeof PRICES;

/** USD for so much of a meter. */
export function priceOf(meter: Meter, quantity: number, region: PricedRegion): number {
  const { usd, per } = PRICES[meter];
  return (quantity / per) * usd[region];
}

function price(
  service: Service,
  source: string,
  unit: string,
  per: number,
  usEast1: number,
  euCentral1: number,
): Price {
  return {
    service,
    unit,
    per,
    usd: { 'us-east-1': usEast1, 'eu-central-1': euCentral1 },
    source,
    asOf: AS_OF,
  };
}
