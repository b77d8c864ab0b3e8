import { fitScale, isWild } from '../featurizers/scale.ts';
import type { Warning } from '../warning.ts';
import { type Apart, standsApart } from './apart.ts';
import { codeForm, dateCodeForm, dateText } from './code-form.ts';
import type { Count } from './extremes.ts';
import { ID_ROWS } from './id-like.ts';
import type { NumberColumn } from './number-column.ts';
import { columnText, countText, listText, rowsText } from './wording.ts';

/** A running number rises by so much from row to row at most: ids of one table, of which others have some. */
const STEP = 100;

/** What a column of numbers, or of dates as days, holds that it should perhaps not. */
export function numberWarnings(
  {
    name,
    type,
    place,
    mayBeId,
  }: { name: string; type: 'number' | 'date'; place: 'input' | 'target'; mayBeId?: boolean },
  column: NumberColumn,
): Warning[] {
  const isDate = type === 'date';
  const apart = standsApart(column, isDate ? dateCodeForm : codeForm);
  const write = isDate ? dateText : String;
  const wild =
    apart === null ? [] : wildOf(name, place === 'target' ? withUnlearned(apart, column) : apart, write);
  const warnings = apart === null ? [] : [...codesOf(name, place, apart, isDate), ...wild];
  if (place === 'input') warnings.push(...constantOf(name, column));
  if (mayBeId === true && column.rows >= ID_ROWS && column.isRunning && column.step <= STEP) {
    warnings.push({
      code: 'id_like_column',
      detail: `${columnText(name)} is a whole number that rises from row to row (${rowsText(column.rows)}), as a running number does: it says when a row was written, not what it is like. Leave it out of the inputs, unless that is meant.`,
      columns: [name],
      rows: column.rows,
    });
  }
  return warnings;
}

/** Numbers that differ by so little that the scale which they are read on takes them for equal. */
function constantOf(name: string, column: NumberColumn): Warning[] {
  const { largest, smallest } = column.ends;
  const [low, high] = [smallest[0]?.value ?? 0, largest[0]?.value ?? 0];
  if (low === high || fitScale(column.outline).deviation > 0) return [];
  // Of one that stands apart from the others, `wild_values` tells.
  if (high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high))) return [];
  return [
    {
      code: 'constant_numbers',
      detail: `${columnText(name)} goes from ${low} to ${high}: it varies by so small a share of its size, less than 1e-12, that all its values are read as equal. Where the differences mean something, take away what all of them have in common, such as ${low}.`,
      columns: [name],
      rows: column.rows,
    },
  ];
}

type Write = (value: number) => string;

function codesOf(
  name: string,
  place: 'input' | 'target',
  { codes, rest }: Apart,
  isDate: boolean,
): Warning[] {
  const write = isDate ? dateText : String;
  if (codes.length === 0) return [];
  const declared = JSON.stringify(codes.map(({ value }) => (isDate ? write(value) : value)));
  return [
    {
      code: 'missing_codes',
      detail: `${columnText(name)} holds ${valuesText(codes, write)}, apart from its other values (${write(rest.low)} to ${write(rest.high)}): where that stands for missing, declare \`"missing": ${declared}\` in the ${place}.`,
      columns: [name],
      rows: rowsOf(codes),
    },
  ];
}

/** What no fit learns of a target is told, too, however near it is. */
function withUnlearned(apart: Apart, column: NumberColumn): Apart {
  const scale = fitScale(column.outline);
  const { largest, smallest } = column.ends;
  const all = new Map([...largest, ...smallest].map((count) => [count.value, count]));
  const isTold = ({ value }: Count) => [...apart.codes, ...apart.wild].some((told) => told.value === value);
  const unlearned = [...all.values()].filter((count) => isWild(count.value, scale) && !isTold(count));
  const wild = [...apart.wild, ...unlearned];
  const isRest = (count: Count) => !isTold(count) && !isWild(count.value, scale);
  return {
    codes: apart.codes,
    wild,
    rest: {
      low: smallest.find(isRest)?.value ?? apart.rest.low,
      high: largest.find(isRest)?.value ?? apart.rest.high,
      rows: apart.rest.rows - rowsOf(unlearned),
    },
  };
}

function wildOf(name: string, { wild, rest }: Apart, write: Write): Warning[] {
  if (wild.length === 0) return [];
  return [
    {
      code: 'wild_values',
      detail: `${columnText(name)} holds ${valuesText(wild, write)}, far from the other ${countText(rest.rows)} (${write(rest.low)} to ${write(rest.high)}): correct ${rowsOf(wild) === 1 ? 'it where it is a slip' : 'them where they are slips'}, or declare it as \`"missing"\` where it stands for that.`,
      columns: [name],
      rows: rowsOf(wild),
    },
  ];
}

function valuesText(counts: readonly Count[], write: Write): string {
  return listText(
    counts.map(({ value, rows }) => `${write(value)} (${rowsText(rows)})`),
    5,
  );
}

function rowsOf(counts: readonly Count[]): number {
  return counts.reduce((sum, { rows }) => sum + rows, 0);
}
