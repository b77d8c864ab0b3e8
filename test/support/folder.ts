import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  /** Removes it with all that is in it. */
  remove(): Promise<void>;
}

/** An empty folder (0700) of this test's own. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
