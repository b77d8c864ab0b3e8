import {
  FlowLogDestination,
  FlowLogTrafficType,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { logGroup } from './logs.ts';

export interface PrivateNetworkProps {
  /** The zones of its two subnets; null for the first two of the region. */
  readonly zones: readonly [string, string] | null;
  /** For how many days it is kept which packets were refused. */
  readonly logDays: number;
}

/**
 * Where the database lives: two subnets, as Aurora asks, from which no way leads to the internet and none comes in. The
 * functions are not in it: they reach the database over the Data API.
 */
export class PrivateNetwork extends Construct {
  readonly vpc: Vpc;
  /** Of the database: lets nothing in, and nothing out but to the endpoint of Lambda, where there is one. */
  readonly databaseGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { logDays, zones }: PrivateNetworkProps) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.100.0.0/24'),
      // The first two zones, whatever they are called in the region: nothing is looked up at synthesis. Whether Aurora and the
      // endpoint are there, the doctor asks.
      ...(zones === null ? { maxAzs: 2 } : { availabilityZones: [...zones] }),
      natGateways: 0,
      createInternetGateway: false,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 }],
    });
    this.vpc.addFlowLog('Refused', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup(this, 'RefusedLogs', logDays)),
      trafficType: FlowLogTrafficType.REJECT,
    });
    this.databaseGroup = new SecurityGroup(this, 'DatabaseGroup', {
      vpc: this.vpc,
      description: 'The database: reached over the Data API alone',
      allowAllOutbound: false,
    });
  }

  /**
   * The way from the database to the train function: an interface endpoint of Lambda, through which `role` may invoke
   * `functionArn` and nobody anything else. In one zone, the first, since it costs by the zone and hour (some 7 to 9 USD a month);
   * while that zone is down, the sweep dispatches.
   */
  letDatabaseInvoke(functionArn: string, role: Role): InterfaceVpcEndpoint {
    const group = new SecurityGroup(this, 'EndpointGroup', {
      vpc: this.vpc,
      description: 'The endpoint of Lambda: lets the database in',
      allowAllOutbound: false,
    });
    group.addIngressRule(this.databaseGroup, Port.tcp(443), 'Invocations by the database');
    this.databaseGroup.addEgressRule(Peer.securityGroupId(group.securityGroupId), Port.tcp(443), 'To Lambda');
    const endpoint = new InterfaceVpcEndpoint(this, 'LambdaEndpoint', {
      vpc: this.vpc,
      service: InterfaceVpcEndpointAwsService.LAMBDA,
      subnets: { subnets: this.vpc.isolatedSubnets.slice(0, 1) },
      securityGroups: [group],
      open: false,
      privateDnsEnabled: true,
    });
    endpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['lambda:InvokeFunction'],
        resources: [functionArn],
        conditions: { ArnEquals: { 'aws:PrincipalArn': role.roleArn } },
      }),
    );
    return endpoint;
  }
}
