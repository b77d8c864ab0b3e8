import { seededHash } from '../linalg/hash.ts';

/** A label or a category, and how many rows hold it. */
export type Spelling = readonly [text: string, rows: number];

/** Words shorter than this differ by one letter because they are other words, or codes. */
const LETTERS = 5;
/** Beyond this, a text is a sentence, and what differs by a letter is not looked for. */
const LONGEST = 64;
/** One letter is taken for a slip where the other spelling has so many times as many rows. */
const TIMES = 5;
/** A letter in place of another that no keyboard has beside it is one of a few rows: `inland` and `island` are two words. */
const FAR_ROWS = 2;
const FAR_TIMES = 10;
/** A letter more or less, or another one, within so many pairs at most. */
const PAIRS = 200_000;
/** Where there are many, and more than this share differ by one letter from another, they are codes, and made so. */
const MANY = 50;
const CODES = 0.2;

/**
 * Spellings that are probably one: those that differ by case, white space and punctuation alone; and those that differ by
 * one letter of a word of five or more where one has a fifth of the other's rows at most (`withSlips` false: the former alone). Not taken for one: what differs in
 * digits (`v1`, `v2`), in a sign that means something (`A+`, `<=50K`), in a short word (`Type A`, `Type B`), or in a first letter (`typical`,
 * `atypical`; a slip of the pen is hardly ever there: Yannakoudakis and Fawthrop 1983). Groups come with their most frequent
 * spelling first. Pairs are found by what is left of each when a letter is deleted (Mor and Fraenkel 1982; Garbe 2012),
 * not by comparing each with each.
 */
export function nearEqual(spellings: readonly Spelling[], withSlips = true): Spelling[][] {
  const groups = new Map<string, Spelling[]>();
  for (const spelling of spellings) {
    const key = folded(spelling[0]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [spelling]);
    else group.push(spelling);
  }
  const merged = [...groups].map(([key, members]) => ({ key, members: members.sort(byRows) }));
  for (const [rare, frequent] of withSlips ? slips(merged) : []) {
    frequent.members.push(...rare.members);
    rare.members = [];
  }
  return merged
    .map(({ members }) => members)
    .filter(({ length }) => length > 1)
    .map((members) => members.sort(byRows))
    .sort(([a], [b]) => byRows(a ?? ['', 0], b ?? ['', 0]));
}

interface Group {
  readonly key: string;
  members: Spelling[];
}

function byRows([a, x]: Spelling, [b, y]: Spelling): number {
  return y - x || (a < b ? -1 : a > b ? 1 : 0);
}

const BETWEEN = /(?<=\p{L})[\s_\-‐‑–./,:;'’"“”()!]+|[\s_\-‐‑–./,:;'’"“”()!]+(?=\p{L})/gu;
const ENOUGH = /\p{L}.*\p{L}/u;

/** Lower case, without white space and punctuation beside letters; a text with fewer than two letters stays as it is. */
function folded(text: string): string {
  const lower = text.normalize('NFKC').toLowerCase();
  const bare = lower.replace(BETWEEN, '');
  if (ENOUGH.test(bare)) return bare;
  return ENOUGH.test(lower) ? lower : text;
}

/** Each rare group with the frequent one that it is probably a slip of. */
function slips(groups: readonly Group[]): (readonly [Group, Group])[] {
  const buckets = new Map<number, Group[]>();
  const long = groups.filter(({ key }) => key.length >= LETTERS && key.length <= LONGEST);
  for (const group of long) {
    for (const hash of deletions(group.key)) {
      const bucket = buckets.get(hash);
      if (bucket === undefined) buckets.set(hash, [group]);
      else bucket.push(group);
    }
  }
  const found = new Map<Group, Group>();
  let pairs = 0;
  for (const rare of long) {
    const near = new Set([...deletions(rare.key)].flatMap((hash) => buckets.get(hash) ?? []));
    pairs += near.size;
    if (pairs > PAIRS) return [];
    const meant = [...near]
      .filter((other) => TIMES * rowsOf(rare) <= rowsOf(other) && isSlip(rare, other))
      .sort((a, b) => rowsOf(b) - rowsOf(a))[0];
    if (meant !== undefined) found.set(rare, meant);
  }
  if (groups.length > MANY && found.size > CODES * groups.length) return [];
  return [...found].filter(([, frequent]) => !found.has(frequent));
}

function rowsOf(group: Group): number {
  return group.members.reduce((sum, [, rows]) => sum + rows, 0);
}

/** The hashes of a text and of what is left when one of its units but the first is deleted. */
function deletions(key: string): Set<number> {
  const hashes = new Set([seededHash(key, 1)]);
  for (let i = 1; i < key.length; i++) hashes.add(seededHash(key.slice(0, i) + key.slice(i + 1), 1));
  return hashes;
}

function isSlip(rare: Group, frequent: Group): boolean {
  const a = spoken(rare);
  const b = spoken(frequent);
  const words = a.split(' ');
  const others = b.split(' ');
  // Words are compared one by one; where they are parted otherwise, as a whole.
  const different =
    words.length === others.length
      ? words.flatMap((word, i) => (word === others[i] ? [] : [[word, others[i] ?? ''] as const]))
      : [[rare.key, frequent.key] as const];
  const [pair] = different;
  if (different.length !== 1 || pair === undefined) return false;
  const letter = oneLetter(...pair);
  const isFew = rowsOf(rare) <= FAR_ROWS && FAR_TIMES * rowsOf(rare) <= rowsOf(frequent);
  return letter === 'near' || (letter === 'far' && isFew);
}

/** A group's most frequent spelling in lower case, its words parted by blanks. */
function spoken({ members, key }: Group): string {
  const [first] = members;
  return (first?.[0] ?? key)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}+#<>=%&*]+/gu, ' ')
    .trim();
}

const WORD = /^[\p{L}\p{M}]$/u;
/** Each sign of these is a word, or half of one. */
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** The keys of a keyboard, row by row: QWERTY, QWERTZ and AZERTY differ in few. */
const KEYS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'azertyuiop', 'wxcvbn'];

/**
 * Is one word the other with a letter more, less, in turn with its neighbour, or with another mark or key (`near`), or with
 * any other letter in place of one (`far`)? The first letter is the same.
 */
function oneLetter(a: string, b: string): 'near' | 'far' | null {
  const longer = a.length >= b.length ? a : b;
  const shorter = a.length >= b.length ? b : a;
  if (longer.length < LETTERS || longer.length - shorter.length > 1) return null;
  if (a.charAt(0) !== b.charAt(0) || DENSE.test(longer)) return null;
  let from = 0;
  while (from < shorter.length && a.charAt(from) === b.charAt(from)) from++;
  let left = longer.length;
  let right = shorter.length;
  while (left > from && right > from && longer.charAt(left - 1) === shorter.charAt(right - 1)) {
    left--;
    right--;
  }
  const [x, y] = [longer.slice(from, left), shorter.slice(from, right)];
  if (![...x, ...y].every((letter) => WORD.test(letter))) return null;
  if (x.length === 1 && y === '') return 'near';
  if (x.length === 2 && y === x.charAt(1) + x.charAt(0)) return 'near';
  if (x.length !== 1 || y.length !== 1) return null;
  return isNear(x, y) ? 'near' : 'far';
}

function isNear(a: string, b: string): boolean {
  const [x, y] = [a, b].map((letter) => letter.normalize('NFD').charAt(0));
  return x === y || KEYS.some((row) => row.includes(`${x}${y}`) || row.includes(`${y}${x}`));
}
