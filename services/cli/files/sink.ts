import { open, rename, rm, stat } from 'node:fs/promises';
import { FileUnreadableError } from '../errors.ts';
import type { Writer } from '../terminal/terminal.ts';
import { fileFault } from './file-fault.ts';

/** Where a long output goes. */
export interface Sink {
  write(text: string): Promise<void>;
  /** Everything was written. */
  finish(): Promise<void>;
  /** Something went wrong: leaves no half of a file. */
  abandon(): Promise<void>;
}

/**
 * A file, written beside its name and renamed when complete; standard output where no file is named.
 * @throws FileUnreadableError when the file cannot be written.
 */
export async function openSink(file: string | undefined, out: Writer): Promise<Sink> {
  if (file === undefined) {
    return { write: (text) => written(out, text), finish: async () => {}, abandon: async () => {} };
  }
  // What is no ordinary file (/dev/null, a named pipe) must be written into, and never be replaced.
  const existing = await stat(file).catch(() => null);
  const replaces = existing === null || existing.isFile();
  const target = replaces ? `${file}.${process.pid}.partial` : file;
  const failed = (error: unknown): never => {
    throw unwritable(file, error);
  };
  const handle = await open(target, replaces ? 'wx' : 'w').catch(failed);
  return {
    write: (text) => handle.writeFile(text).catch(failed),
    finish: async () => {
      await handle.close();
      if (replaces) await rename(target, file).catch(failed);
    },
    abandon: async () => {
      await handle.close().catch(() => undefined); // closed already where the renaming failed
      if (replaces) await rm(target, { force: true });
    },
  };
}

async function written(out: Writer, text: string): Promise<void> {
  out.write(text);
  await out.flush();
}

function unwritable(file: string, error: unknown): FileUnreadableError {
  return new FileUnreadableError(`${file} cannot be written: ${fileFault(error, 'folder')}.`, {
    cause: error,
  });
}
