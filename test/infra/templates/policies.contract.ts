import { expect, test } from '@jest/globals';
import type { Reason, Resource, Template } from './template.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** What holds of every policy. */
export function policiesContract(template: () => Template): void {
  const policies = () => template().all('AWS::IAM::Policy');

  test('no action has a wildcard', () => {
    const actions = policies().flatMap((policy) => statementsOf(policy).flatMap(({ Action }) => Action));
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('no resource has a wildcard without a written reason in the template', () => {
    for (const policy of policies()) {
      const wild = statementsOf(policy).flatMap(({ Resource }) =>
        [Resource].flat().filter((resource) => JSON.stringify(resource).includes('*')),
      );
      const reasons = reasonsOf(policy).filter(({ id }) => id.includes('IAM5['));
      expect({ policy: policy.id, reasons: reasons.length }).toEqual({
        policy: policy.id,
        reasons: new Set(wild.map((resource) => JSON.stringify(resource))).size,
      });
      for (const { reason } of reasons) expect(reason.length).toBeGreaterThan(30);
    }
  });

  test('nobody but the sweep and the database may invoke the train function, and nobody another', () => {
    const train = template().one('AWS::Lambda::Function', 'Train');
    const invoking = policies().filter((policy) => JSON.stringify(policy).includes('lambda:'));
    for (const policy of invoking) {
      expect(policy.id).toMatch(/^(SweepPermissions|DatabaseInvoking)/);
      const [statement] = statementsOf(policy).filter(({ Action }) =>
        [Action].flat().includes('lambda:InvokeFunction'),
      );
      expect(statement?.Resource).toEqual({ 'Fn::GetAtt': [train.id, 'Arn'] });
    }
  });

  test('every role is taken by one service, and has no policy of AWS but that by which API Gateway logs', () => {
    for (const { id, Properties } of template().all('AWS::IAM::Role')) {
      const services = Properties.AssumeRolePolicyDocument.Statement.map(
        ({ Principal }: { Principal: unknown }) => Principal,
      );
      expect(services).toEqual([{ Service: expect.stringMatching(/^[a-z-]+\.amazonaws\.com$/) }]);
      if (!id.startsWith('ApiCloudWatchRole') && !id.startsWith('ApiApiCloudWatchRole')) {
        expect({ id, managed: Properties.ManagedPolicyArns }).toEqual({ id, managed: undefined });
      }
    }
  });
}

function statementsOf(policy: Resource): Statement[] {
  return policy.Properties.PolicyDocument.Statement;
}

function reasonsOf(policy: Resource): readonly Reason[] {
  return policy.Metadata?.cdk_nag?.rules_to_suppress ?? [];
}
