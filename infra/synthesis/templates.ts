import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What templates are made from. */
const SOURCES = [
  'infra/*.ts',
  'infra/{constructs,settings,functions}/**/*.ts',
  'database/migrations/*.sql',
  'services/api/routes.ts',
];

/** Synthesis failed; its own words were printed. */
export class SynthesisError extends Error {
  readonly code = 'stack_synthesis_failed';

  constructor() {
    super('The stack could not be synthesised; above is why.');
    this.name = new.target.name;
  }
}

/**
 * The template of a stack in `folder`; synthesised first where it is missing or older than what it is made from. `profile`
 * and `settings` as `npm run synth` takes them.
 *
 * @throws SynthesisError
 */
export function templateFile(folder: string, stack: string): string {
  const file = path.join(folder, `${stack}.template.json`);
  if (!isFresh(file)) synthesise(['--out', folder]);
  return file;
}

/** Synthesises as `npm run synth` does, what it says going to standard error. @throws SynthesisError */
export function synthesise(args: readonly string[]): void {
  const program = path.join(ROOT, 'bin/with-packages.js');
  const { status } = spawnSync(process.execPath, [program, 'infra,docker', 'infra/app.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', process.stderr.fd, process.stderr.fd],
  });
  if (status !== 0) throw new SynthesisError();
}

function isFresh(file: string): boolean {
  if (!existsSync(file)) return false;
  const made = statSync(file).mtimeMs;
  return globSync(SOURCES, { cwd: ROOT }).every(
    (source) => statSync(path.join(ROOT, source)).mtimeMs <= made,
  );
}
