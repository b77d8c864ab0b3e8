import { readTemplate, type StackTemplate } from '../../../infra/cost/template.ts';
import { withFolder } from './written.ts';

/** A stack of a few resources with round figures, for arithmetic that can be done by hand. */
export function smallStack({ least = 0, zones = 1 } = {}): StackTemplate {
  const resources = {
    DatabaseCluster: {
      Type: 'AWS::RDS::DBCluster',
      Properties: {
        BackupRetentionPeriod: 1,
        ManageMasterUserPassword: true,
        ServerlessV2ScalingConfiguration: {
          MinCapacity: least,
          MaxCapacity: 2,
          ...(least === 0 ? { SecondsUntilAutoPause: 300 } : {}),
        },
      },
    },
    DatabaseWriter: { Type: 'AWS::RDS::DBInstance', Properties: {} },
    SweepSchedule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(10 minutes)' } },
    PredictFunction: {
      Type: 'AWS::Lambda::Function',
      Properties: { MemorySize: 1024, PackageType: 'Image', TracingConfig: { Mode: 'Active' } },
    },
    TrainFunction: {
      Type: 'AWS::Lambda::Function',
      Properties: { MemorySize: 2048, PackageType: 'Image', Timeout: 900 },
    },
    ApiStage: { Type: 'AWS::ApiGateway::Stage', Properties: {} },
    NetworkEndpoint: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: { SubnetIds: Array.from({ length: zones }, (_, zone) => ({ Ref: `Subnet${zone}` })) },
    },
    PlainAlarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
    SummedAlarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { Metrics: [{ Expression: 'a + b' }, { MetricStat: {} }, { MetricStat: {} }] },
    },
  };
  return withFolder((write) => readTemplate(write('small.template.json', { Resources: resources })));
}
