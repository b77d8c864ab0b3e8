import {
  allOf,
  listIn,
  numberIn,
  type Resource,
  type StackTemplate,
  TemplateError,
  within,
} from '../cost/template.ts';

/** By its name, or by its place in the alphabetical list that CloudFormation makes of the region's, from 0. */
export type Zone = string | number;

/** What a stack needs of an account and of the machine that deploys it, as its template says. */
export interface StackNeeds {
  readonly stack: string;
  /** Lambda's concurrency that is set aside for it. */
  readonly reserved: number;
  /** The most memory that one of its functions has, in MiB. */
  readonly memory: number;
  readonly engineVersion: string;
  /** The cluster's name, and log groups of a fixed one: nothing else of the account may be called so. */
  readonly cluster: string;
  readonly logGroups: readonly string[];
  /** The database pauses. */
  readonly pauses: boolean;
  /** The zones of its subnets: a name, or which one of the region's it is. */
  readonly zones: readonly Zone[];
  /** Services that it has an interface endpoint for, `lambda`, and in which zones. */
  readonly endpoints: readonly { readonly service: string; readonly zones: readonly Zone[] }[];
  /** It makes the account's role by which API Gateway writes logs. */
  readonly gatewayRole: boolean;
  /** `arm64` or `x86_64`, of the functions that run an image. */
  readonly architectures: readonly string[];
}

/** @throws TemplateError */
export function needsOf(template: StackTemplate): StackNeeds {
  const functions = allOf(template, 'AWS::Lambda::Function');
  const [cluster] = allOf(template, 'AWS::RDS::DBCluster');
  const images = functions.filter(({ properties }) => properties.PackageType === 'Image');
  return {
    stack: template.name,
    reserved: functions.reduce(
      (sum, { properties }) => sum + numberOr0(properties.ReservedConcurrentExecutions),
      0,
    ),
    memory: Math.max(...functions.map((one) => numberIn(one, 'MemorySize'))),
    engineVersion: String(cluster?.properties.EngineVersion),
    cluster: String(cluster?.properties.DBClusterIdentifier),
    logGroups: allOf(template, 'AWS::Logs::LogGroup').flatMap(({ properties: { LogGroupName } }) =>
      typeof LogGroupName === 'string' ? [LogGroupName] : [],
    ),
    zones: allOf(template, 'AWS::EC2::Subnet').map(zoneOf),
    pauses: within(cluster?.properties, 'ServerlessV2ScalingConfiguration', 'MinCapacity') === 0,
    endpoints: allOf(template, 'AWS::EC2::VPCEndpoint').map((endpoint) => ({
      service: serviceOf(endpoint.properties.ServiceName),
      zones: zonesOf(endpoint, allOf(template, 'AWS::EC2::Subnet')),
    })),
    gatewayRole: allOf(template, 'AWS::ApiGateway::Account').length > 0,
    architectures: [...new Set(images.map(({ properties }) => architectureOf(properties.Architectures)))],
  };
}

/** `'eu-central-1a'`, or `{ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }`. @throws TemplateError */
function zoneOf({ id, properties: { AvailabilityZone: zone } }: Resource): Zone {
  if (typeof zone === 'string') return zone;
  const select = within(zone, 'Fn::Select');
  if (Array.isArray(select) && typeof select[0] === 'number') return select[0];
  throw new TemplateError(`In which zone the subnet ${id} is cannot be read.`);
}

function zonesOf(endpoint: Resource, subnets: readonly Resource[]): Zone[] {
  const wanted = listIn(endpoint, 'SubnetIds').map((subnet) => within(subnet, 'Ref'));
  return subnets.filter(({ id }) => wanted.includes(id)).map(zoneOf);
}

function numberOr0(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** `{ 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.lambda']] }`. */
function serviceOf(name: unknown): string {
  return /\.([a-z0-9-]+)"?\]*\}?$/.exec(JSON.stringify(name))?.[1] ?? String(name);
}

function architectureOf(architectures: unknown): string {
  return Array.isArray(architectures) ? String(architectures[0]) : 'x86_64';
}
