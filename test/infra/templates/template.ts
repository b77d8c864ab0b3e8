/** A resource of a template. */
export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Properties;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: { readonly cdk_nag?: { readonly rules_to_suppress: readonly Reason[] } };
}

/** Why a rule does not hold for a resource. */
export interface Reason {
  readonly id: string;
  readonly reason: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON; what a test expects of it says what it is.
export type Properties = Readonly<Record<string, any>>;

interface Document {
  readonly Resources: Readonly<Record<string, Omit<Resource, 'id'>>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly Rules?: Properties;
}

/** A synthesised template. */
export class Template {
  readonly resources: readonly Resource[];
  readonly outputs: Document['Outputs'];
  readonly rules: Properties;

  constructor(document: Document) {
    this.resources = Object.entries(document.Resources).map(([id, resource]) => ({
      ...resource,
      id,
      Properties: resource.Properties ?? {},
    }));
    this.outputs = document.Outputs;
    this.rules = document.Rules ?? {};
  }

  /** All of a type, whose logical ids begin so. */
  all(type: string, begins = ''): Resource[] {
    return this.resources.filter((resource) => resource.Type === type && resource.id.startsWith(begins));
  }

  /** The only one of a type, whose logical id begins so. */
  one(type: string, begins = ''): Resource {
    const found = this.all(type, begins);
    const [only] = found;
    if (only === undefined || found.length > 1) throw new Error(`${found.length} of ${type} ${begins}`);
    return only;
  }

  /** The resource that a `Ref` or a `Fn::GetAtt` names. */
  named(reference: unknown): Resource | undefined {
    const id = idOf(reference);
    return this.resources.find((resource) => resource.id === id);
  }
}

function idOf(reference: unknown): unknown {
  if (typeof reference !== 'object' || reference === null) return null;
  if ('Ref' in reference) return reference.Ref;
  if ('Fn::GetAtt' in reference && Array.isArray(reference['Fn::GetAtt'])) return reference['Fn::GetAtt'][0];
  return null;
}
