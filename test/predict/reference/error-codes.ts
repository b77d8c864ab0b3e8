import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Where codes stand in our sources: in the type that lists a family's, and where an error is made. */
const LISTS = [/\btype \w*Code =([^;]+);/g, /\bconst \w*CODES =([^;]+);/gi];
const MAKERS = [
  /\bnew \w*(?:Error|Problem)\(\s*'([a-z0-9_]+)'\s*[,)]/g,
  /\bsuper\(\s*'([a-z0-9_]+)'(?: satisfies \w+)?\s*[,)]/g,
  /\breadonly code = '([a-z0-9_]+)'/g,
];

/** The code of every error that our sources make, with one of the files where it stands. */
export function codesInSources(): Map<string, string> {
  const codes = new Map<string, string>();
  for (const file of globSync('{services,database}/**/*.ts', { cwd: root })) {
    const text = readFileSync(path.join(root, file), 'utf8');
    const lists = LISTS.flatMap((list) => [...text.matchAll(list)].map((match) => match[1] ?? ''));
    const listed = lists.flatMap((list) =>
      [...list.matchAll(/'([a-z0-9_]+)'/g)].map((match) => match[1] ?? ''),
    );
    const made = MAKERS.flatMap((maker) => [...text.matchAll(maker)].map((match) => match[1] ?? ''));
    for (const code of [...listed, ...made]) codes.set(code, file);
  }
  return codes;
}

/** The rows of the tables of docs/reference/errors.md: code and second column. */
export function codesInDocs(): Map<string, string> {
  const text = readFileSync(path.join(root, 'docs/reference/errors.md'), 'utf8');
  return new Map(
    [...text.matchAll(/^\| `([a-z0-9_]+)` \| ([^|]+) \|/gm)].map(([, code = '', next = '']) => [
      code,
      next.trim(),
    ]),
  );
}
