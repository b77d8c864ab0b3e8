import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Page {
  /** From the top of the repository, with slashes. */
  readonly file: string;
  readonly text: string;
}

/** Every Markdown page of the repository. */
export function pages(): Page[] {
  return globSync('{*.md,docs/**/*.md,examples/**/*.md}', { cwd: ROOT })
    .map((file) => file.split(path.sep).join('/'))
    .sort()
    .map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));
}

/** A page without what stands in fenced code blocks: links in them are not links. */
export function prose(text: string): string {
  return text.replace(/^(```+)[^\n]*\n[\s\S]*?^\1$/gm, '');
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors(text: string): Set<string> {
  const seen = new Map<string, number>();
  return new Set(
    [...prose(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => {
      const slug = heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
        .replaceAll(' ', '-');
      const before = seen.get(slug) ?? 0;
      seen.set(slug, before + 1);
      return before === 0 ? slug : `${slug}-${before}`;
    }),
  );
}
