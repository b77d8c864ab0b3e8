import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Requirement } from '../../support/requirement.ts';
import { Template } from './template.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

/** What the stack is synthesised with: not installed where Hundredfold is only run or tested on one machine. */
export function stackPackages(): Requirement {
  const lacking = ['infra/node_modules/aws-cdk-lib', 'docker/node_modules/esbuild'].filter(
    (folder) => !existsSync(path.join(ROOT, folder)),
  );
  return {
    missing:
      lacking.length === 0
        ? null
        : 'the packages of infra/ and docker/ are not installed (npm run synth does it)',
  };
}

/** What `npm run synth` wrote, and what it said. */
export interface Synthesised {
  readonly folder: string;
  readonly code: number | null;
  readonly output: string;
  template(stack: string): Template;
  /** The folders and files of assets, by their names in the folder. */
  assets(): Promise<string[]>;
  remove(): Promise<void>;
}

export interface SynthesisOptions {
  readonly profile?: string;
  readonly settings?: object;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Synthesises in a process of its own, without the CDK's own rules, which take as long again. */
export async function synthesise(options: SynthesisOptions = {}): Promise<Synthesised> {
  const folder = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
  const args = [path.join(ROOT, 'infra/app.ts'), '--out', path.join(folder, 'out')];
  if (options.profile !== undefined) args.push('--profile', options.profile);
  if (options.settings !== undefined) {
    const file = path.join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify(options.settings));
    args.push('--settings', file);
  }
  const child = spawn(process.execPath, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, CDK_VALIDATION: 'false', ...options.environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const out = path.join(folder, 'out');
  return {
    folder: out,
    code,
    output,
    template: (stack) =>
      new Template(JSON.parse(readFileSync(path.join(out, `${stack}.template.json`), 'utf8'))),
    assets: async () => (await readdir(out)).filter((name) => name.startsWith('asset.')).sort(),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
