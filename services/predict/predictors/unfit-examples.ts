import type { Json, JsonObject } from '../../../database/index.ts';
import type { Warning } from '../../ml/warning.ts';

/** At most this many columns are named. */
const NAMED = 5;

/** What a described predictor says of its examples that do not fit: one warning, or none where all of them fit. */
export function unfitWarnings({ unfit }: JsonObject): Warning[] {
  const { rows, why, columns } = read(unfit);
  if (rows === 0) return [];
  const advice = why.includes(' is missing')
    ? ' Where a column was renamed, "was" in it, with its old name, keeps its examples.'
    : '';
  const detail = `${rows === 1 ? '1 stored example does' : `${rows} stored examples do`} not fit the definition, and nothing is learned from ${rows === 1 ? 'it' : 'them'}: ${why}.${advice}`;
  return [{ code: 'unfit_examples', detail, columns, rows }];
}

/** The same beside how many examples there are; empty where all of them fit. */
export function unfitText(described: JsonObject | null): string {
  const { rows, why } = read(described?.unfit);
  return rows === 0 ? '' : ` (${rows} more do not fit the definition: ${why})`;
}

function read(unfit: Json | undefined): { rows: number; why: string; columns: string[] } {
  const { examples, reasons } = isObject(unfit) ? unfit : {};
  const rows = Number(examples ?? 0);
  const told = (Array.isArray(reasons) ? reasons : []).filter(isObject);
  const why = told.slice(0, NAMED).map(({ input, reason, examples: of }) => `${input} ${reason} (${of})`);
  if (told.length > NAMED) why.push(`and ${told.length - NAMED} reasons more`);
  return { rows, why: why.join('; '), columns: [...new Set(told.map(({ input }) => String(input)))] };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
