import type { Warning } from '../warning.ts';
import { ID_ROWS } from './id-like.ts';
import { nearEqualWarning } from './label-warnings.ts';
import { missingWords } from './missing-words.ts';
import { nearEqual } from './near-equal.ts';
import type { ValueCounts } from './value-counts.ts';
import { columnText, countText, rowsText } from './wording.ts';

/** A category has fewer rows than this on average where it tells rows apart and nothing else. */
const ROWS_PER_VALUE = 1 / 0.95;

export function categoryWarnings(name: string, counts: ValueCounts): Warning[] {
  const values = [...counts.entries()];
  const isId = counts.all >= ID_ROWS && counts.rowsPerValue() <= ROWS_PER_VALUE;
  return [
    ...(isId
      ? [idLike(name, counts)]
      : nearEqualWarning('near_equal_categories', name, nearEqual(values, false))),
    ...missingWords({ name, kind: 'category' }, values),
  ];
}

function idLike(name: string, counts: ValueCounts): Warning {
  const different = counts.isWhole
    ? `${countText([...counts.entries()].length)} different values in ${rowsText(counts.all)}`
    : `another value in nearly each of ${rowsText(counts.all)}`;
  return {
    code: 'id_like_column',
    detail: `${columnText(name)} is a category with ${different}: it tells rows apart, and says nothing of new ones. Leave it out of the inputs, or make it a text where its words mean something.`,
    columns: [name],
    rows: counts.all,
  };
}
