import { fieldPath } from './field-path.ts';

/** Each has its path made, which may be as long as the text: twenty times are enough for a person. */
const MOST = 20;

/**
 * The keys that stand twice in one object of a JSON text, as field paths, each named once; of many the first.
 * `JSON.parse` keeps the last of two equal keys without a word. Keys are compared as they read, not as they are
 * written: "a" and "\u0061" are the same key.
 * @param text must be valid JSON: parse it first
 */
export function findDuplicateKeys(text: string): string[] {
  const doubled = new Set<string>();
  const open: Level[] = [];
  let found = 0;
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gs;
  let expectsKey = false;
  for (const [token] of text.matchAll(tokens)) {
    if (found === MOST) break;
    const level = open.at(-1);
    switch (token) {
      case '{':
      case '[':
        open.push({ keys: token === '{' ? new Set() : null, at: token === '{' ? '' : 0 });
        expectsKey = token === '{';
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        expectsKey = level?.keys !== null;
        if (level !== undefined && typeof level.at === 'number') level.at += 1;
        break;
      case ':':
        expectsKey = false;
        break;
      default:
        if (expectsKey && level?.keys) found += takeKey(token, level, level.keys, open, doubled);
    }
  }
  return [...doubled];
}

/** An object or a list that is still open: the keys seen in it, and where in it we are. */
interface Level {
  readonly keys: Set<string> | null;
  at: string | number;
}

function takeKey(
  token: string,
  level: Level,
  keys: Set<string>,
  open: readonly Level[],
  doubled: Set<string>,
): 0 | 1 {
  level.at = String(JSON.parse(token));
  const isDouble = keys.has(level.at);
  if (isDouble) doubled.add(fieldPath(open.map(({ at }) => at)));
  keys.add(level.at);
  return isDouble ? 1 : 0;
}
