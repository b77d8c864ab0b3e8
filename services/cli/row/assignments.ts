import { asObject, at } from '../api/json.ts';
import { UsageError } from '../errors.ts';
import { toInput, type Value } from './convert.ts';

/**
 * The row that `field=value` arguments describe, by the predictor's definition.
 * @throws UsageError naming the fields there are, when one is unknown, given twice, or has no `=`.
 */
export function rowOf(assignments: readonly string[], definition: unknown): Readonly<Record<string, Value>> {
  const inputs = asObject(at(definition, 'inputs')) ?? {};
  const names = Object.keys(inputs);
  const row = new Map<string, Value>();
  for (const assignment of assignments) {
    const [name, text] = fieldOf(assignment, names);
    if (row.has(name)) throw new UsageError(`"${name}" is given twice.`);
    row.set(name, toInput(name, inputs[name], text));
  }
  return Object.fromEntries(row);
}

/**
 * The field and what is typed for it. Columns are named as the team's own are, so a name may itself hold a `=`: the
 * longest one that fits is meant. Some keyboards and terminals make an `ö` of two parts.
 */
function fieldOf(assignment: string, names: readonly string[]): readonly [string, string] {
  for (let at = assignment.lastIndexOf('='); at > 0; at = assignment.lastIndexOf('=', at - 1)) {
    const typed = assignment.slice(0, at);
    const name =
      names.find((one) => one === typed) ?? names.find((one) => one === typed.normalize('NFC').trim());
    if (name !== undefined) return [name, assignment.slice(at + 1)];
  }
  const fields = `The fields are: ${names.join(', ')}.`;
  const equals = assignment.indexOf('=');
  throw new UsageError(
    equals < 0
      ? `"${assignment}" is not of the form field=value. ${fields}`
      : `"${assignment.slice(0, equals)}" is not a field of this predictor. ${fields}`,
  );
}
