import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A resource of a synthesised template. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | null;
}

export interface StackTemplate {
  readonly name: string;
  readonly resources: readonly Resource[];
}

/** A template that is none, or lacks what is looked for. */
export class TemplateError extends Error {
  readonly code = 'stack_template_unreadable';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Reads `NAME.template.json`. @throws TemplateError */
export function readTemplate(file: string): StackTemplate {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new TemplateError(`${file} is no template: run npm run synth.`, { cause: error });
  }
  if (!isObject(within(document, 'Resources'))) throw new TemplateError(`${file} has no resources.`);
  return templateOf(path.basename(file).replace(/\.template\.json$/, ''), document);
}

/** A template that was read already; without resources where it names none. @throws TemplateError */
export function templateOf(name: string, document: unknown): StackTemplate {
  const resources = within(document, 'Resources');
  return {
    name,
    resources: Object.entries(isObject(resources) ? resources : {}).map(([id, resource]) =>
      resourceOf(id, resource),
    ),
  };
}

/** What lies at a path of keys, or undefined. */
export function within(value: unknown, ...keys: readonly string[]): unknown {
  let at = value;
  for (const key of keys) at = isObject(at) ? at[key] : undefined;
  return at;
}

/** The number at a path of a resource's properties. @throws TemplateError */
export function numberIn({ id, type, properties }: Resource, ...keys: readonly string[]): number {
  const value = within(properties, ...keys);
  if (typeof value === 'number') return value;
  throw new TemplateError(`${type} ${id} has no number ${keys.join('.')}.`);
}

export function listIn({ properties }: Resource, ...keys: readonly string[]): readonly unknown[] {
  const value = within(properties, ...keys);
  return Array.isArray(value) ? value : [];
}

export function allOf({ resources }: StackTemplate, type: string): Resource[] {
  return resources.filter((resource) => resource.type === type);
}

function resourceOf(id: string, resource: unknown): Resource {
  const type = within(resource, 'Type');
  if (typeof type !== 'string') throw new TemplateError(`${id} has no type.`);
  const properties = within(resource, 'Properties');
  const policy = within(resource, 'DeletionPolicy');
  return {
    id,
    type,
    properties: isObject(properties) ? properties : {},
    deletionPolicy: typeof policy === 'string' ? policy : null,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
