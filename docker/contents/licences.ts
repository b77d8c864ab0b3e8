import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

const LICENCE = /^(licen[cs]e|copying|notice)/i;

/** The licences of what a bundle holds: minifying takes them out of the sources, and most ask to stay with copies. */
export async function licencesOf(folder: string, packages: readonly BundledPackage[]): Promise<string> {
  const parts: string[] = [await readFile(path.join(folder, 'LICENSE'), 'utf8')];
  for (const { name, folder: inside } of packages.toSorted((a, b) => (a.folder < b.folder ? -1 : 1))) {
    const home = path.join(folder, inside);
    for (const file of (await readdir(home)).filter((one) => LICENCE.test(one)).sort()) {
      const text = await readFile(path.join(home, file), 'utf8').catch(() => '');
      parts.push(`${name}\n\n${text}`);
    }
  }
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}
