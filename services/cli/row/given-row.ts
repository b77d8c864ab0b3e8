import { asObject, type JsonObject } from '../api/json.ts';
import { UsageError } from '../errors.ts';
import { readText } from '../files/text-file.ts';
import { allOf } from '../terminal/input.ts';
import type { Input } from '../terminal/terminal.ts';
import { thrown } from '../thrown.ts';

/**
 * The row that `--row` names, as the text that it stands in: a JSON object itself, `@FILE`, or `-` for standard input. What
 * JavaScript would lose of it, such as the first of two equal keys, the server has to see.
 * @throws UsageError when it is not a JSON object, FileUnreadableError when the file cannot be read.
 */
export async function givenRow(value: string, input: Input): Promise<string> {
  const text = await textOf(value, input);
  let row: JsonObject | null;
  try {
    row = asObject(JSON.parse(text));
  } catch (error) {
    throw new UsageError(`--row is not JSON: ${thrown(error).message}.`, { cause: error });
  }
  if (row === null) throw new UsageError('--row is a JSON object, such as {"query":"tax"}.');
  return text;
}

function textOf(value: string, input: Input): Promise<string> {
  if (value === '-') return allOf(input);
  if (value.startsWith('@')) return readText(value.slice(1));
  return Promise.resolve(value);
}
