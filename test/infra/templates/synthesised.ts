import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Requirement } from '../../support/requirement.ts';
import { FILES } from '../../support/skipped.ts';
import { ROOT, runApp, type SynthesisOptions, type Written } from './run-app.ts';
import { testStack } from './stack-server.ts';
import { Template } from './template.ts';

export { ROOT };

/** What the stack is synthesised with: not installed where Hundredfold is only run or tested on one machine. */
export function stackPackages(): Requirement {
  const lacking = ['infra/node_modules/aws-cdk-lib', 'docker/node_modules/esbuild'].filter(
    (folder) => !existsSync(path.join(ROOT, folder)),
  );
  return {
    missing: lacking.length === 0 ? null : 'the packages of infra/ and docker/',
    run: `npm run synth && npm test -- ${FILES}`,
  };
}

/** What was written, and how it is read. */
export interface Synthesised extends Written {
  template(stack: string): Template;
  /** The folders and files of assets, by their names in the folder. */
  assets(): Promise<string[]>;
  remove(): Promise<void>;
}

/**
 * Synthesises in a process of its own; without options it is the whole run's, synthesised once, which is never changed.
 */
export async function synthesise(options: SynthesisOptions = {}): Promise<Synthesised> {
  if (Object.keys(options).length === 0) return synthesised(await testStack(), async () => {});
  const folder = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
  return synthesised(await runApp(folder, options), () => rm(folder, { recursive: true, force: true }));
}

function synthesised(written: Written, remove: () => Promise<void>): Synthesised {
  const { folder } = written;
  return {
    ...written,
    template: (stack) =>
      new Template(JSON.parse(readFileSync(path.join(folder, `${stack}.template.json`), 'utf8'))),
    assets: async () => (await readdir(folder)).filter((name) => name.startsWith('asset.')).sort(),
    remove,
  };
}
