import { WARNINGS, type Warning } from '../warning.ts';
import { columnText, countText, listText } from './wording.ts';

/** Of one code so many are told one by one; the others together. */
const ONE_BY_ONE = 5;
/** Names that stand in `columns`. */
const NAMES = 20;
/** In UTF-16 units of JSON: they are stored, and read again with all that stands beside them. */
const LONGEST = 10_000;

/** In the order of their codes, and no more than fit into an answer however many columns there are. */
export function bounded(warnings: readonly Warning[]): Warning[] {
  let left = LONGEST;
  return gathered(warnings).filter((warning) => {
    left -= JSON.stringify(warning).length;
    return left >= 0;
  });
}

function gathered(warnings: readonly Warning[]): Warning[] {
  return WARNINGS.flatMap((code) => {
    const of = warnings.filter((warning) => warning.code === code);
    if (of.length <= ONE_BY_ONE) return of;
    const more = of.slice(ONE_BY_ONE - 1);
    const columns = more.flatMap((warning) => warning.columns);
    const names = listText(columns.map(columnText), 10);
    const together: Warning = {
      code,
      detail: `The same holds of ${countText(columns.length)} other columns: ${names}. The first of them: ${more[0]?.detail ?? ''}`,
      columns: columns.slice(0, NAMES),
      rows: more.reduce((sum, { rows }) => sum + rows, 0),
    };
    return [...of.slice(0, ONE_BY_ONE - 1), together];
  });
}
