import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Requirement } from './requirement.ts';
import { FILES } from './skipped.ts';

/** A Node from 18 to 23, as people have it who never asked for 24. */
export function olderNode(): Requirement & { readonly node: string } {
  const node = candidates().find((file) => ['18', '20', '22', '23'].includes(majorOf(file)));
  const run = `nvm install 22 && npm test -- ${FILES}`;
  return node === undefined
    ? { missing: 'a Node older than 24', node: '', run }
    : { missing: null, node, run };
}

function candidates(): string[] {
  const folders = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', ...nvmFolders()];
  return folders.map((folder) => path.join(folder, 'node'));
}

function nvmFolders(): string[] {
  const versions = path.join(os.homedir(), '.nvm', 'versions', 'node');
  try {
    return readdirSync(versions).map((version) => path.join(versions, version, 'bin'));
  } catch {
    return [];
  }
}

function majorOf(node: string): string {
  try {
    const version = execFileSync(node, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /^v(\d+)\./.exec(version)?.[1] ?? '';
  } catch {
    return '';
  }
}
