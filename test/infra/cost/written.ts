import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Lets `use` write JSON files into a folder that is gone afterwards. */
export function withFolder<Value>(use: (write: (name: string, document: unknown) => string) => Value): Value {
  const folder = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
  try {
    return use((name, document) => {
      const file = path.join(folder, name);
      writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
      return file;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
