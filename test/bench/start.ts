// First and second start, and what runs at rest: `npm run bench start`.
import { temporaryFolder } from '../support/folder.ts';
import { startProgram } from '../support/started-program.ts';
import { treeMemory } from './support/memory.ts';
import { median } from './support/pinned.ts';

const folder = await temporaryFolder();
const NPM = ['npm', 'start', '--'] as const;

async function start(label: string): Promise<number> {
  const begun = performance.now();
  const program = await startProgram(folder.path, [], NPM);
  const took = performance.now() - begun;
  const answered = await program.get('/ready');
  await new Promise((resolve) => setTimeout(resolve, 25_000));
  const { processes, total, resident } = await treeMemory(program.process);
  program.process.signal('SIGTERM');
  const { code } = await program.process.exited;
  await program.process.assertClean();
  console.log(
    `${label}: ready (${answered.status}) after ${(took / 1000).toFixed(2)} s; at rest ${resident.toFixed(0)} MB resident (${total.toFixed(0)} MB with shared pages counted once) in ${processes} processes; exit ${code}, none left`,
  );
  return took;
}

await start('first start, with the example trained');
const times: number[] = [];
for (let round = 1; round <= 3; round++) times.push(await start(`start ${round + 1}`));
console.log(`second start to ready: median ${(median(times) / 1000).toFixed(2)} s`);
await folder.remove();
