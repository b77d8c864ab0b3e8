import { allOf, numberIn, type StackTemplate, within } from '../cost/template.ts';

/** What a stack needs of an account and of the machine that deploys it, as its template says. */
export interface StackNeeds {
  readonly stack: string;
  /** Lambda's concurrency that is set aside for it. */
  readonly reserved: number;
  /** The most memory that one of its functions has, in MiB. */
  readonly memory: number;
  readonly engineVersion: string;
  /** The database pauses. */
  readonly pauses: boolean;
  /** Services that it has an interface endpoint for: `lambda`. */
  readonly endpoints: readonly string[];
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
    pauses: within(cluster?.properties, 'ServerlessV2ScalingConfiguration', 'MinCapacity') === 0,
    endpoints: allOf(template, 'AWS::EC2::VPCEndpoint').map(({ properties }) =>
      serviceOf(properties.ServiceName),
    ),
    gatewayRole: allOf(template, 'AWS::ApiGateway::Account').length > 0,
    architectures: [...new Set(images.map(({ properties }) => architectureOf(properties.Architectures)))],
  };
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
