import type { Stack } from '../../services/cli/aws/stack.ts';
import { stateOf } from '../../services/cli/aws/stack-states.ts';
import { firstText, textsOf } from '../../services/cli/aws/xml.ts';
import { type Resource, type StackTemplate, TemplateError, templateOf } from '../cost/template.ts';
import { query } from '../doctor/aws/query.ts';

/** What CloudFormation deletes a stack by: not the template of today's settings, but the one that was deployed last. */
export interface Deployed {
  /** Of the template, the resources that are there. */
  readonly template: StackTemplate;
  /** What a resource is called in the account, by its logical id: the name of a bucket, the id of a cluster. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Of a stack in any state, also one that has no outputs.
 * @throws TemplateError, and as AwsAccount.call does
 */
export async function deployedOf(stack: Stack): Promise<Deployed> {
  const { name } = stack;
  if (stateOf(stack.status).holds === 'nothing') {
    return { template: { name, resources: [] }, names: new Map() };
  }
  const [template, names] = await Promise.all([templateIn(stack), namesIn(stack)]);
  return { template: { name, resources: template.filter(({ id }) => names.has(id)) }, names };
}

async function templateIn(stack: Stack): Promise<readonly Resource[]> {
  const answer = await query(stack.account, 'cloudformation', 'GetTemplate', { StackName: stack.name });
  const body = firstText(answer, 'TemplateBody') ?? '';
  try {
    return templateOf(stack.name, JSON.parse(body)).resources;
  } catch (cause) {
    throw new TemplateError(
      `The template that ${stack.name} was deployed from cannot be read: was it deployed by Hundredfold?`,
      { cause },
    );
  }
}

/** What the stack never made may be somebody else's of the same name; what it deleted is gone. What it left on purpose counts. */
const NOT_THERE: readonly (string | null)[] = ['CREATE_FAILED', 'DELETE_COMPLETE'];

/** Of everything that the stack made and that is there. */
async function namesIn(stack: Stack): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  let next: string | null = null;
  do {
    const answer: string = await query(stack.account, 'cloudformation', 'ListStackResources', {
      StackName: stack.name,
      ...(next === null ? {} : { NextToken: next }),
    });
    for (const member of textsOf(answer, 'member')) {
      const [id, called] = [firstText(member, 'LogicalResourceId'), firstText(member, 'PhysicalResourceId')];
      if (id === null || called === null || called === '') continue;
      if (!NOT_THERE.includes(firstText(member, 'ResourceStatus'))) names.set(id, called);
    }
    next = firstText(answer, 'NextToken');
  } while (next !== null);
  return names;
}
