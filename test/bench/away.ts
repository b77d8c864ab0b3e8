// Predictions over HTTP while the database sleeps, and how fast their rows are recorded after it: `npm run bench away`.
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesIn } from '../../services/local/postgres/cluster-processes.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startProgram } from '../support/started-program.ts';
import { load } from './support/pinned.ts';

const SECONDS = 5;

const folder = await temporaryFolder();
const program = await startProgram(folder.path);
await program.put('/predictors/bench', {
  name: 'bench',
  inputs: { query: { type: 'text', maxLength: 255 } },
  target: { name: 'side', type: 'label' },
  retraining: { every: 1_000_000 },
});
const csv = Array.from({ length: 40 }, (_, n) => `word ${n % 8},${n % 2 ? 'left' : 'right'}`).join('\n');
await program.importCsv('bench', `query,side\n${csv}\n`);
await program.settled('bench');
const bodies = Array.from({ length: 8 }, (_, n) => JSON.stringify({ query: `word ${n}` }));
const url = `${program.url}/predictors/bench/predictions`;
const cluster = `${folder.path}/postgres`;

async function signal(name: NodeJS.Signals): Promise<void> {
  for (const pid of await processesIn(cluster)) process.kill(pid, name);
}
async function spooled(): Promise<number> {
  return (await readdir(`${folder.path}/store/spool`).catch(() => [])).length;
}

await load(url, 2, bodies, 'repeated', { core: null });
const there = await load(url, SECONDS, bodies, 'repeated', { core: null });
await signal('SIGSTOP');
// The first find out that it is away; the figure is of those after them.
await load(url, 1, bodies, 'repeated', { core: null });
const away = await load(url, SECONDS, bodies, 'repeated', { core: null });
const rows = await spooled();
await signal('SIGCONT');
while ((await spooled()) === rows) await sleep(5);
const began = performance.now();
const first = await spooled();
while ((await spooled()) > 0) await sleep(5);
const took = performance.now() - began;
console.log(
  `answered and recorded: ${there.perSecond.toFixed(0)}/s (p99 ${there.p99} ms); while the database sleeps: ${away.perSecond.toFixed(0)}/s (p50 ${away.p50}, p99 ${away.p99} ms, ${away.failed} failed); ${rows} rows in the spool, drained at ${((first / took) * 1000).toFixed(0)} rows/s`,
);
program.process.signal('SIGTERM');
await program.process.exited;
await folder.remove();
