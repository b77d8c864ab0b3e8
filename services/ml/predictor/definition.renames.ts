import { DefinitionError, type FieldError } from './definition.error.ts';
import type { PredictorDefinition } from './definition.ts';
import { fieldPath } from './field-path.ts';
import { clip } from './shown.ts';

type Columns = Pick<PredictorDefinition, 'inputs' | 'target'>;

/** Every name that an input and the target of a predictor ever had. */
export interface KnownNames {
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
}

/** Does the definition rename anything that the one in force does not say already? */
export function renames(definition: Columns, inForce: Columns): boolean {
  return newRenames(definition, inForce).length > 0;
}

/**
 * Refuses a rename that nothing could come of: from a name that there never was, or onto one that rows have beside it.
 * @throws DefinitionError
 */
export function checkRenames(definition: Columns, inForce: Columns, known: KnownNames): void {
  const errors = newRenames(definition, inForce).flatMap((rename): FieldError[] => {
    const message =
      rename.path[0] === 'target'
        ? targetFault(definition, inForce, known)
        : inputFault(rename, inForce, known);
    return message === undefined ? [] : [{ field: fieldPath([...rename.path, 'was']), message }];
  });
  if (errors.length > 0) throw new DefinitionError(errors);
}

interface Rename {
  readonly path: readonly string[];
  readonly name: string;
  readonly was: string;
}

/** What stays in the file when it has been done asks for nothing. */
function newRenames({ inputs, target }: Columns, inForce: Columns): Rename[] {
  const renamed = Object.entries(inputs).flatMap(([name, { was }]): Rename[] => {
    const before = Object.hasOwn(inForce.inputs, name) ? inForce.inputs[name] : undefined;
    return was === undefined || before?.was === was ? [] : [{ path: ['inputs', name], name, was }];
  });
  const { name, was } = target;
  if (was === undefined || (inForce.target.name === name && inForce.target.was === was)) return renamed;
  return [...renamed, { path: ['target'], name, was }];
}

function inputFault({ name, was }: Rename, { inputs }: Columns, known: KnownNames): string | undefined {
  if (!known.inputs.includes(was)) {
    return `is no name that an input of this predictor ever had (there is ${listed(known.inputs)}): correct it, or leave it out`;
  }
  if (!Object.hasOwn(inputs, name) || !Object.hasOwn(inputs, was)) return undefined;
  return `cannot be merged into ${JSON.stringify(name)}, which is an input too, and rows have both: remove one of the two first, or take a new name`;
}

function targetFault({ target }: Columns, inForce: Columns, known: KnownNames): string | undefined {
  if (!known.targets.includes(target.was ?? '')) {
    return `is no name that the target of this predictor ever had (there is ${listed(known.targets)}): correct it, or leave it out`;
  }
  return target.was === inForce.target.name && target.type !== inForce.target.type
    ? `was a ${inForce.target.type}: as a ${target.type} it is another question, whose examples are others; leave was out`
    : undefined;
}

function listed(names: readonly string[]): string {
  const named = names.slice(0, 10).map((name) => JSON.stringify(clip(name)));
  return names.length > 10 ? `${named.join(', ')} and ${names.length - 10} more` : named.join(', ');
}
