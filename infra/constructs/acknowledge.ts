import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Says why a rule of cdk-nag does not hold for a construct. The reason goes into the template, too. */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}

/** Says why a policy may allow what a `*` stands in: each such action and resource is a finding of its own. */
export function acknowledgeWildcards(
  policy: IConstruct,
  { actions, resources }: { readonly actions: readonly string[]; readonly resources: readonly string[] },
  reason: string,
): void {
  const named = resources.map((resource) => `Resource::${asFound(Stack.of(policy).resolve(resource))}`);
  const found = [...actions.map((action) => `Action::${action}`), ...named].filter((one) =>
    one.includes('*'),
  );
  for (const finding of new Set(found)) acknowledge(policy, `IAM5[${finding}]`, reason);
}

/** A resource as cdk-nag names it in a finding: references in angle brackets. */
function asFound(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved.replaceAll('${', '<').replaceAll('}', '>');
  if (typeof resolved !== 'object' || resolved === null) return JSON.stringify(resolved);
  if ('Fn::Join' in resolved && Array.isArray(resolved['Fn::Join'])) {
    const [delimiter, parts] = resolved['Fn::Join'];
    return parts.map(asFound).join(delimiter);
  }
  if ('Fn::GetAtt' in resolved && Array.isArray(resolved['Fn::GetAtt']))
    return `<${resolved['Fn::GetAtt'].join('.')}>`;
  if ('Ref' in resolved) return `<${resolved.Ref}>`;
  return JSON.stringify(resolved);
}
