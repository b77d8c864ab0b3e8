import { expect, test } from '@jest/globals';
import type { Template } from './template.ts';

interface Expected {
  /** The database invokes the train function itself. */
  readonly endpoint: boolean;
  /** Those that were named, or null for the first two of the region. */
  readonly zones: readonly [string, string] | null;
}

/** What holds of the network. */
export function networkContract(template: () => Template, { endpoint, zones }: Expected): void {
  test('no way leads from the network to the internet, or in', () => {
    for (const type of ['NatGateway', 'InternetGateway', 'Route', 'EIP', 'VPNGateway']) {
      expect(template().all(`AWS::EC2::${type}`)).toEqual([]);
    }
    expect(template().all('AWS::EC2::Subnet')).toHaveLength(2);
    const subnets = template().all('AWS::EC2::Subnet');
    for (const { Properties } of subnets) expect(Properties.MapPublicIpOnLaunch).toBe(false);
    expect(subnets.map(({ Properties }) => Properties.AvailabilityZone)).toEqual(
      zones ?? [0, 1].map((index) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] })),
    );
  });

  test('the database lets nobody in; packets that are refused are written down', () => {
    const group = template().one('AWS::EC2::SecurityGroup', 'NetworkDatabaseGroup');
    expect(group.Properties.SecurityGroupIngress).toBeUndefined();
    for (const rule of template().all('AWS::EC2::SecurityGroupIngress')) {
      expect(template().named(rule.Properties.GroupId)?.id).not.toBe(group.id);
    }
    expect(JSON.stringify(template().all('AWS::EC2::SecurityGroup'))).not.toContain('0.0.0.0/0');
    expect(template().one('AWS::EC2::FlowLog').Properties.TrafficType).toBe('REJECT');
  });

  if (!endpoint) {
    test('without the endpoint: nothing of it is there, and the database is told to invoke nothing', () => {
      expect(template().all('AWS::EC2::VPCEndpoint')).toEqual([]);
      expect(template().one('AWS::RDS::DBCluster').Properties.AssociatedRoles).toBeUndefined();
      const { Properties } = template().one('Custom::HundredfoldTrainFunction');
      expect(Properties).toMatchObject({ Action: 'set-train-function' });
      expect(Properties).not.toHaveProperty('TrainFunction');
      const group = template().one('AWS::EC2::SecurityGroup');
      expect(group.Properties.SecurityGroupEgress).toEqual([
        expect.objectContaining({ CidrIp: '255.255.255.255/32' }),
      ]);
    });
    return;
  }

  test('one endpoint in one zone leads from the database to Lambda, and lets it invoke the one function', () => {
    const train = template().one('AWS::Lambda::Function', 'Train');
    const way = template().one('AWS::EC2::VPCEndpoint').Properties;
    const role = template().one('AWS::IAM::Role', 'DatabaseInvokeRole');
    expect(way).toMatchObject({ VpcEndpointType: 'Interface', PrivateDnsEnabled: true });
    const [first] = template().all('AWS::EC2::Subnet');
    expect(way.SubnetIds).toEqual([{ Ref: first?.id }]);
    expect(way.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::GetAtt': [train.id, 'Arn'] },
        Condition: { ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [role.id, 'Arn'] } } },
      },
    ]);
    const [ingress] = template().all('AWS::EC2::SecurityGroupIngress');
    expect(template().named(ingress?.Properties.SourceSecurityGroupId)?.id).toMatch(/^NetworkDatabaseGroup/);
    expect(ingress?.Properties).toMatchObject({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 });
  });

  test("the database's role may invoke the one function, and only databases of this account may take it", () => {
    const role = template().one('AWS::IAM::Role', 'DatabaseInvokeRole');
    const train = template().one('AWS::Lambda::Function', 'Train');
    expect(template().one('AWS::RDS::DBCluster').Properties.AssociatedRoles).toEqual([
      { FeatureName: 'Lambda', RoleArn: { 'Fn::GetAtt': [role.id, 'Arn'] } },
    ]);
    expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'rds.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
    const policy = template().one('AWS::IAM::Policy', 'DatabaseInvoking');
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [train.id, 'Arn'] } },
    ]);
    const told = template().one('Custom::HundredfoldTrainFunction');
    expect(told.Properties.TrainFunction).toEqual({ 'Fn::GetAtt': [train.id, 'Arn'] });
    expect(told.DependsOn).toContain(template().one('AWS::EC2::VPCEndpoint').id);
  });
}
