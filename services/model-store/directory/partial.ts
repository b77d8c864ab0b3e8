import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './file-error.ts';

/** Files under way; a name that no key can have. */
export const PARTIAL = '.partial';

const HOUR_MS = 3_600_000;
/** Names that do not say who wrote them are those of an earlier version. */
const OWNERLESS_MS = 24 * HOUR_MS;
const NAME = /\.partial-(?:(\d+)-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where this process writes what will lie at `file`. */
export function partialName(file: string): string {
  return `${file}${PARTIAL}-${process.pid}-${randomUUID()}`;
}

/**
 * Removes what processes that were killed left half written anywhere below `root`: only what nothing was written to for an
 * hour, by a process that does not run any more. (A process of another container may seem not to run. It has had its hour.)
 * What cannot be removed is left for the next time. Returns how many there were.
 */
export async function sweepPartials(root: string): Promise<number> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true }).catch(() => []);
  let swept = 0;
  for (const { name, parentPath } of entries) {
    const [partial, owner] = NAME.exec(name) ?? [];
    if (partial === undefined) continue;
    const file = path.join(parentPath, name);
    const written = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    const bound = owner === undefined ? OWNERLESS_MS : HOUR_MS;
    if (Date.now() - written < bound || (owner !== undefined && isRunning(Number(owner), written))) continue;
    await rm(file).then(
      () => swept++,
      () => {},
    );
  }
  return swept;
}

/** Does the process still run that had this number at that time? */
function isRunning(pid: number, at: number): boolean {
  // In a container the one before us had our number.
  if (pid === process.pid) return at >= performance.timeOrigin;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
