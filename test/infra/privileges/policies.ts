import type { Resource, Template } from '../templates/template.ts';

/** A policy as IAM reads it, with ARNs in place of references. */
export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** What is only known once it is deployed: by logical id, what `Ref` gives and what the attributes are. */
export type Deployed = Readonly<Record<string, Readonly<Record<string, string>>>>;

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The policies of the role whose logical id begins so. */
export function policiesOf(template: Template, roleBegins: string, deployed: Deployed): PolicyDocument[] {
  const role = template.one('AWS::IAM::Role', roleBegins);
  const isOfRole = ({ Properties }: Resource) =>
    (Properties.Roles ?? []).some((reference: unknown) => template.named(reference)?.id === role.id);
  return template
    .all('AWS::IAM::Policy')
    .filter(isOfRole)
    .map(({ Properties }) => {
      const document = resolve(Properties.PolicyDocument, template, deployed);
      if (!isDocument(document)) throw new Error(`a policy of ${role.id} is none`);
      return document;
    });
}

/** The value with every intrinsic function carried out. What is not in `deployed` gets a name that nothing else has. */
export function resolve(value: unknown, template: Template, deployed: Deployed): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, template, deployed));
  if (typeof value !== 'object' || value === null) return value;
  const [[name, of] = ['', null], ...others] = Object.entries(value);
  if (others.length === 0 && name === 'Ref') return named(String(of), 'Ref', template, deployed);
  if (others.length === 0 && name === 'Fn::GetAtt' && Array.isArray(of)) {
    return named(String(of[0]), String(of[1]), template, deployed);
  }
  if (others.length === 0 && name === 'Fn::Join' && Array.isArray(of)) {
    const parts: unknown = resolve(of[1], template, deployed);
    if (Array.isArray(parts)) return parts.join(String(of[0]));
  }
  if (name.startsWith('Fn::')) throw new Error(`${name} is not known here`);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, resolve(one, template, deployed)]),
  );
}

function named(id: string, attribute: string, template: Template, deployed: Deployed): string {
  const known = PSEUDO[id] ?? deployed[id]?.[attribute];
  if (known !== undefined) return known;
  if (template.named({ Ref: id }) === undefined) throw new Error(`the template has no ${id}`);
  const service = template.named({ Ref: id })?.Type.split('::')[1]?.toLowerCase();
  return `arn:aws:${service}:eu-central-1:123456789012:${id}-${attribute}`;
}

function isDocument(value: unknown): value is PolicyDocument {
  return (
    typeof value === 'object' && value !== null && 'Statement' in value && Array.isArray(value.Statement)
  );
}
