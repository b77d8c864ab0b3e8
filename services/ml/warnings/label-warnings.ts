import type { Warning } from '../warning.ts';
import { missingWords } from './missing-words.ts';
import { nearEqual, type Spelling } from './near-equal.ts';
import type { ValueCounts } from './value-counts.ts';
import { columnText, countText, listText, rowsText, valueText } from './wording.ts';

/** A label has so many rows at least: with fewer not each of five folds has one. */
const LEAST_ROWS = 5;
/** Groups of spellings that are told. */
const GROUPS = 5;
/** How many rows an earlier label is taken to have, which nobody counts: more than a slip has. */
const EARLIER_ROWS = 25;

/** @param earlier labels that rows have which are not counted here */
export function labelWarnings(name: string, counts: ValueCounts, earlier: ReadonlySet<string>): Warning[] {
  const labels = [...counts.entries()];
  const own = new Set(labels.map(([label]) => label));
  const known = [...earlier]
    .filter((label) => !own.has(label))
    .map((label): Spelling => [label, EARLIER_ROWS]);
  const write = ([label, rows]: Spelling) =>
    earlier.has(label) ? `${valueText(label)} (known before)` : `${valueText(label)} (${rowsText(rows)})`;
  // Of labels that were known before, nothing is new.
  const isNew = (label: string) => own.has(label) && !earlier.has(label);
  const groups = nearEqual([...labels, ...known])
    .filter((group) => group.some(([label]) => isNew(label)))
    .map((group) => (group.some(([label]) => earlier.has(label)) ? earlierFirst(group, earlier) : group));
  return [
    ...nearEqualWarning('near_equal_labels', name, groups, write),
    ...rareLabels(
      name,
      labels.filter(([label, rows]) => rows < LEAST_ROWS && !earlier.has(label)),
      labels.length,
    ),
    ...missingWords({ name, kind: 'label' }, labels),
  ];
}

/** Only the rows of new labels are concerned. */
function earlierFirst(group: readonly Spelling[], earlier: ReadonlySet<string>): Spelling[] {
  const known = group.filter(([label]) => earlier.has(label)).map(([label]): Spelling => [label, 0]);
  return [...known, ...group.filter(([label]) => !earlier.has(label))];
}

/** Rows of all spellings but the most frequent one of each group are concerned. */
export function nearEqualWarning(
  code: 'near_equal_labels' | 'near_equal_categories',
  name: string,
  groups: readonly (readonly Spelling[])[],
  write = ([text, rows]: Spelling) => `${valueText(text)} (${rowsText(rows)})`,
): Warning[] {
  if (groups.length === 0) return [];
  const told = groups.map((group) => andText(group.map(write)));
  const what = code === 'near_equal_labels' ? 'labels' : 'categories';
  return [
    {
      code,
      detail: `${columnText(name)} has ${what} that are nearly the same: ${semicolons(told)}. They are learned as different ones: where they are one, write them alike.`,
      columns: [name],
      rows: groups.reduce((sum, [, ...rarer]) => sum + rarer.reduce((all, [, rows]) => all + rows, 0), 0),
    },
  ];
}

function andText(spellings: readonly string[]): string {
  const more = spellings.length > 4 ? ` and ${spellings.length - 4} more` : '';
  return `${spellings.slice(0, 4).join(more === '' ? ' and ' : ', ')}${more}`;
}

function semicolons(groups: readonly string[]): string {
  const more = groups.length > GROUPS ? `; and ${countText(groups.length - GROUPS)} more such` : '';
  return `${groups.slice(0, GROUPS).join('; ')}${more}`;
}

const HARDLY_LEARNED = {
  one: 'It is hardly learned, and the figures count its rows, a single one as wrong: give it more rows, or the label of others.',
  many: 'They are hardly learned, and the figures count their rows, a single one as wrong: give them more rows, or one label together.',
} as const;

function rareLabels(name: string, rare: readonly Spelling[], labels: number): Warning[] {
  if (rare.length === 0) return [];
  const told = rare
    .toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
    .map(([label, rows]) => `${valueText(label)} (${rowsText(rows)})`);
  return [
    {
      code: 'rare_labels',
      detail: `${countText(rare.length)} of ${countText(labels)} ${labels === 1 ? 'label' : 'labels'} of ${columnText(name)} ${rare.length === 1 ? 'has' : 'have'} fewer than ${LEAST_ROWS} rows: ${listText(told, 10)}. ${HARDLY_LEARNED[rare.length === 1 ? 'one' : 'many']}`,
      columns: [name],
      rows: rare.reduce((sum, [, rows]) => sum + rows, 0),
    },
  ];
}
