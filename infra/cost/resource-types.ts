import { clusterUsage, instanceUsage } from './usage/database.ts';
import { functionUsage } from './usage/functions.ts';
import { endpointUsage, firewallUsage, queueUsage, stageUsage } from './usage/network.ts';
import { bucketUsage } from './usage/storage.ts';
import { alarmUsage, dashboardUsage, logUsage } from './usage/watching.ts';
import type { UsageOf } from './usage.ts';

/** A resource that costs something, or why it does not. */
export type ResourceCost = { readonly usage: UsageOf } | { readonly free: string };

const CONFIGURATION = 'Configuration: AWS asks nothing for it, only for what it configures.';
const PERMISSION = 'IAM is free.';
const NETWORK = 'Networks, subnets, routes and security groups are free; nothing crosses a gateway.';

/** Every type of resource that a template of the stack has. A new one has to be put here before anything can be computed. */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceCost>> = {
  'AWS::RDS::DBCluster': { usage: clusterUsage },
  'AWS::RDS::DBInstance': { usage: instanceUsage },
  'AWS::EC2::VPCEndpoint': { usage: endpointUsage },
  'AWS::Lambda::Function': { usage: functionUsage },
  'AWS::ApiGateway::Stage': { usage: stageUsage },
  'AWS::S3::Bucket': { usage: bucketUsage },
  'AWS::Logs::LogGroup': { usage: logUsage },
  'AWS::CloudWatch::Alarm': { usage: alarmUsage },
  'AWS::CloudWatch::Dashboard': { usage: dashboardUsage },
  'AWS::SQS::Queue': { usage: queueUsage },
  'AWS::WAFv2::WebACL': { usage: firewallUsage },

  'AWS::ApiGateway::Account': { free: CONFIGURATION },
  'AWS::ApiGateway::BasePathMapping': { free: CONFIGURATION },
  'AWS::ApiGateway::Deployment': { free: CONFIGURATION },
  'AWS::ApiGateway::DomainName': { free: 'A regional domain name is free, its certificate of ACM too.' },
  'AWS::ApiGateway::GatewayResponse': { free: CONFIGURATION },
  'AWS::ApiGateway::Method': { free: 'Paid for by the call, with the stage.' },
  'AWS::ApiGateway::Resource': { free: CONFIGURATION },
  'AWS::ApiGateway::RestApi': { free: 'Paid for by the call, with the stage.' },
  'AWS::ApiGateway::UsagePlan': { free: CONFIGURATION },
  'AWS::Budgets::Budget': { free: 'A budget that only tells is free.' },
  'AWS::EC2::FlowLog': {
    free: 'Paid for as logs; only refused packets are written, and nobody can send any.',
  },
  'AWS::EC2::RouteTable': { free: NETWORK },
  'AWS::EC2::SecurityGroup': { free: NETWORK },
  'AWS::EC2::SecurityGroupEgress': { free: NETWORK },
  'AWS::EC2::SecurityGroupIngress': { free: NETWORK },
  'AWS::EC2::Subnet': { free: NETWORK },
  'AWS::EC2::SubnetRouteTableAssociation': { free: NETWORK },
  'AWS::EC2::VPC': { free: NETWORK },
  'AWS::Events::Rule': {
    free: 'Schedules of EventBridge rules are free; what they invoke is counted there.',
  },
  'AWS::IAM::Policy': { free: PERMISSION },
  'AWS::IAM::Role': { free: PERMISSION },
  'AWS::Lambda::EventInvokeConfig': { free: CONFIGURATION },
  'AWS::Lambda::Permission': { free: PERMISSION },
  'AWS::RDS::DBClusterParameterGroup': { free: CONFIGURATION },
  'AWS::RDS::DBSubnetGroup': { free: CONFIGURATION },
  'AWS::S3::BucketPolicy': { free: PERMISSION },
  'AWS::SNS::Subscription': { free: 'E-mails: the first thousand a month are free.' },
  'AWS::SNS::Topic': { free: 'The first million messages a month are free; alarms send a few.' },
  'AWS::SNS::TopicPolicy': { free: PERMISSION },
  'AWS::SQS::QueuePolicy': { free: PERMISSION },
  'AWS::WAFv2::WebACLAssociation': { free: CONFIGURATION },
  'AWS::XRay::SamplingRule': { free: CONFIGURATION },
  'AWS::CDK::Metadata': { free: 'Says which version of the CDK made the template.' },
  'Custom::HundredfoldSchema': { free: 'Called at deployments only; the function is counted.' },
  'Custom::HundredfoldTrainFunction': { free: 'Called at deployments only; the function is counted.' },
};
