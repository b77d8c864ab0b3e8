// The import of adult (32,561 rows, 14 inputs) over HTTP, and the server's memory meanwhile: `npm run bench import`.
import { readFile } from 'node:fs/promises';
import { temporaryFolder } from '../support/folder.ts';
import { commandOf } from '../support/running-processes.ts';
import { startProgram } from '../support/started-program.ts';
import { ADULT } from './support/adult.ts';
import { treeMemory } from './support/memory.ts';

const data = process.env.HUNDREDFOLD_TEST_DATA;
if (data === undefined)
  throw new Error('HUNDREDFOLD_TEST_DATA names the folder that holds adult/adult_train.csv');
const csv = await readFile(`${data}/adult/adult_train.csv`, 'utf8');
const folder = await temporaryFolder();
const program = await startProgram(folder.path);
for (let round = 1; round <= 3; round++) {
  const name = `adult-${round}`;
  await program.put(`/predictors/${name}`, { name, ...ADULT });
  const before = await treeMemory(program.process);
  let most = before;
  const watch = setInterval(async () => {
    const now = await treeMemory(program.process).catch(() => before);
    if (now.total > most.total) most = now;
  }, 50);
  const start = performance.now();
  const { body } = await program.importCsv(name, csv, '?train=false');
  const seconds = (performance.now() - start) / 1000;
  clearInterval(watch);
  console.log(
    `round ${round}: ${body.imported} rows in ${seconds.toFixed(2)} s; server and database ${before.total.toFixed(0)} MB before, ${most.total.toFixed(0)} MB at most`,
  );
}
const start = performance.now();
const asked = await program.send('POST', '/predictors/adult-3/retrainings');
if (asked.status !== 202) throw new Error(JSON.stringify(asked.body));
const settled = await program.settled('adult-3', 300_000);
console.log(
  `first training of 32,561 rows: ${((performance.now() - start) / 1000).toFixed(1)} s: ${JSON.stringify(settled.lastRetraining)}`,
);
for (const pid of await program.process.tree())
  console.log(`  ${pid} ${(await commandOf(pid)).slice(0, 80)}`);
program.process.signal('SIGTERM');
await program.process.exited;
await folder.remove();
