import type { FieldError } from './definition.error.ts';
import type { DefinitionDocument } from './definition.schema.ts';
import { fieldPath } from './field-path.ts';

/** One input, or the target, and where it stands in the document. */
interface Column {
  readonly path: readonly string[];
  readonly name: string;
  readonly column?: string | undefined;
  readonly was?: string | undefined;
}

/** What no schema can say of names: each column of a file is read once, and an old name is nobody's any more. */
export function columnErrors({ inputs, target }: DefinitionDocument): FieldError[] {
  const columns: Column[] = [
    ...Object.entries(inputs).map(([name, { column, was }]) => ({
      path: ['inputs', name],
      name,
      column,
      was,
    })),
    { path: ['target'], name: target.name, column: target.column, was: target.was },
  ];
  const names = new Set(columns.map(({ name }) => name));
  const readBy = new Map<string, Column>();
  const wasOf = new Map<string, Column>();
  return columns.flatMap((one) => {
    const errors: FieldError[] = [];
    const say = (key: string, message: string) =>
      errors.push({ field: fieldPath([...one.path, key]), message });
    const column = one.column ?? one.name;
    const other = readBy.get(column);
    if (other === undefined) readBy.set(column, one);
    // Two of one name are told of as such elsewhere.
    else if (other.name !== one.name) {
      const [field, reader] = one.column === undefined ? [other, one] : [one, other];
      errors.push({
        field: fieldPath([...field.path, 'column']),
        message: `names the column that ${JSON.stringify(reader.name)} is read from: name another`,
      });
    }
    if (one.was === undefined) return errors;
    if (one.was === one.name) say('was', 'is the name it has now: leave it out');
    else if (names.has(one.was)) {
      say('was', `is a name that still stands in the definition: rename or remove that one first`);
    } else if (wasOf.has(one.was)) {
      say('was', `is what ${JSON.stringify(wasOf.get(one.was)?.name)} was too: keep one of the two`);
    } else wasOf.set(one.was, one);
    return errors;
  });
}
