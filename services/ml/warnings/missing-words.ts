import { isMissingWord } from '../predictor/missing.ts';
import type { Warning } from '../warning.ts';
import { columnText, listText, rowsText, valueText } from './wording.ts';

/** Of the values of a column, those that say that there is none, with their rows. */
export function missingWords(
  column: { readonly name: string; readonly kind: 'label' | 'category' | 'text' },
  values: Iterable<readonly [value: string, rows: number]>,
): Warning[] {
  const found = [...values]
    .filter(([value]) => isMissingWord(value))
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  if (found.length === 0) return [];
  const rows = found.reduce((sum, [, count]) => sum + count, 0);
  const named = listText(
    found.map(([value, count]) => `${valueText(value)} (${rowsText(count)})`),
    5,
  );
  const declared = JSON.stringify(found.slice(0, 5).map(([value]) => value));
  const place = column.kind === 'label' ? 'target' : 'input';
  return [
    {
      code: 'missing_words',
      detail: `${columnText(column.name)} holds ${named} as a ${column.kind}: where that stands for missing, declare \`"missing": ${declared}\` in the ${place}; else nothing has to be done.`,
      columns: [column.name],
      rows,
    },
  ];
}
