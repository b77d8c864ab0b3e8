import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface SynthesisOptions {
  readonly profile?: string;
  readonly settings?: object;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** What `npm run synth` wrote into a folder, and what it said. */
export interface Written {
  readonly folder: string;
  readonly code: number | null;
  readonly output: string;
}

/** Synthesises into `out` of the folder in a process of its own, without the CDK's own rules, which take as long again. */
export async function runApp(folder: string, options: SynthesisOptions): Promise<Written> {
  const out = path.join(folder, 'out');
  const args = [path.join(ROOT, 'infra/app.ts'), '--out', out];
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
  return { folder: out, code, output };
}
