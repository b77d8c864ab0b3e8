import { Effect, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge.ts';

/** What a role may do. Where a `*` stands in an action or a resource, `wildcard` says why. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly wildcard?: string;
}

/** The one policy of a role: everything that it may do, each with its reason where that is more than one named thing. */
export class Permissions extends Construct {
  readonly policy: Policy;

  constructor(scope: Construct, id: string, role: Role) {
    super(scope, id);
    this.policy = new Policy(this, 'Policy', { roles: [role] });
  }

  allow({ actions, resources, wildcard }: Permission): void {
    this.policy.addStatements(
      new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [...resources] }),
    );
    if (wildcard !== undefined) acknowledgeWildcards(this.policy, { actions, resources }, wildcard);
  }
}
