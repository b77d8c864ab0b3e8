import { cleanText } from './clean.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * A document's keys as the columns are named, where they differ in what no screen shows: a blank at an end, an `ö` in
 * two parts. The same document where all are spelled so, or a key would stand there twice.
 */
export function withSpelledKeys(body: Body, isColumn: (name: string) => boolean): Body {
  const keys = Object.keys(body);
  if (keys.every(isColumn)) return body;
  const spelled = keys.map((key) => {
    const clean = isColumn(key) ? key : cleanText(key);
    return isColumn(clean) ? clean : key;
  });
  if (spelled.every((key, i) => key === keys[i]) || new Set(spelled).size < keys.length) return body;
  return Object.fromEntries(spelled.map((key, i) => [key, body[keys[i] ?? '']]));
}
