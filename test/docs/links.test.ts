import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { anchors, pages, prose, ROOT } from './pages.ts';

const all = pages();

/** The targets of a page's links and pictures, addresses of the web left out. */
function targets(text: string): string[] {
  return [...prose(text).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

function fault(page: string, target: string): string | null {
  const [file = '', anchor] = target.split('#');
  const full = file === '' ? path.join(ROOT, page) : path.resolve(ROOT, path.dirname(page), decodeURI(file));
  if (!existsSync(full)) return `${page}: ${target} does not exist`;
  if (anchor === undefined || !full.endsWith('.md')) return null;
  return anchors(readFileSync(full, 'utf8')).has(anchor) ? null : `${page}: ${target} names no heading`;
}

describe('links between pages', () => {
  test('there are pages, and links in them', () => {
    expect(all.length).toBeGreaterThan(10);
    expect(all.flatMap(({ text }) => targets(text)).length).toBeGreaterThan(20);
  });

  test.each(all.map(({ file, text }) => [file, text]))('every relative link of %s resolves', (file, text) => {
    expect(targets(text).flatMap((target) => fault(file, target) ?? [])).toEqual([]);
  });

  test('a page that is missing, and a heading that is missing, are found', () => {
    expect(fault('docs/guide/README.md', 'no-such-page.md')).not.toBeNull();
    expect(fault('docs/guide/README.md', 'judging.md#no-such-heading')).not.toBeNull();
    expect(fault('docs/guide/README.md', 'judging.md#the-rule')).toBeNull();
  });
});
