import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { REPOSITORY, type StartedProcess, startProcess } from '../support/process.ts';

/** A small checkout with the real launcher and an entry file that says what happens to it. */
export interface Checkout {
  readonly folder: TemporaryFolder;
  /** `node bin/launch.js entry.ts …args`, nothing on the PATH but the checkout's own `npx`. */
  launch(node: string, ...args: string[]): StartedProcess;
  /** Puts an `npx` on the PATH that writes down what it is asked for, and prints the answer for that package. */
  answerNpx(answers: Readonly<Record<string, string>>): Promise<void>;
  /** What npx was asked for, a line a time. */
  npxCalls(): Promise<string[]>;
}

const ENTRY = `
let signals = 0;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {
  if (++signals === 1) setTimeout(() => {
    console.log('signals: ' + signals);
    process.exit(7);
  }, 300);
});
const [code]: string[] = process.argv.slice(2);
console.log('running on ' + process.version + ' with ' + process.argv.slice(2).join(' '));
if (code === 'wait') setInterval(() => {}, 1_000_000);
else if (code === 'die') process.kill(process.pid, 'SIGKILL');
else process.exit(Number(code));
`;

export async function checkout(): Promise<Checkout> {
  const folder = await temporaryFolder();
  const programs = path.join(folder.path, 'programs');
  const calls = path.join(folder.path, 'calls');
  await mkdir(path.join(folder.path, 'bin'));
  await mkdir(programs);
  await copyFile(path.join(REPOSITORY, 'bin/launch.js'), path.join(folder.path, 'bin/launch.js'));
  await writeFile(path.join(folder.path, 'package.json'), '{"type":"module"}');
  await writeFile(path.join(folder.path, 'entry.ts'), ENTRY);
  return {
    folder,
    launch: (node, ...args) =>
      startProcess({
        command: node,
        args: ['bin/launch.js', 'entry.ts', ...args],
        cwd: folder.path,
        env: { PATH: programs },
      }),
    async answerNpx(answers) {
      const cases = Object.entries(answers).map(([name, answer]) => `'${name}') echo '${answer}' ;;`);
      const script = `#!/bin/sh\necho "$3" >> '${calls}'\ncase "$3" in\n${cases.join('\n')}\nesac\n`;
      await writeFile(path.join(programs, 'npx'), script);
      await chmod(path.join(programs, 'npx'), 0o755);
    },
    async npxCalls() {
      return (await readFile(calls, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
    },
  };
}
