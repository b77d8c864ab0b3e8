// Rows a second of calls with a thousand rows against calls with one, in turn, and how long a row that comes alone takes
// beside them: `npm run bench many-rows`.

import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { temporaryFolder } from '../support/folder.ts';
import { REPOSITORY } from '../support/process.ts';
import { startProgram } from '../support/started-program.ts';
import { median } from './support/pinned.ts';

const ROUNDS = 5;
const SECONDS = 4;
const ROWS = 1_000;

const csv = await readFile(`${REPOSITORY}examples/services/rows.csv`, 'utf8');
const folder = await temporaryFolder();
const program = await startProgram(folder.path);
await program.put('/predictors/bench', {
  name: 'bench',
  inputs: { query: { type: 'text', maxLength: 255 } },
  target: { name: 'service', type: 'label' },
  // Counted, but no training in between.
  retraining: { every: 1_000_000 },
});
await program.importCsv('bench', csv);
await program.settled('bench');
const queries = csv
  .split('\n')
  .slice(1, 101)
  .map((line) => (line.split(',')[0] ?? '').replaceAll('"', ''));

let count = 0;
/** No two rows alike. */
const row = () => ({ query: `${queries[count++ % queries.length]} ${count}` });
const one = () => JSON.stringify(row());
const many = () => JSON.stringify(Array.from({ length: ROWS }, row));

const agent = new Agent({ keepAlive: true });
const headers = { 'content-type': 'application/json' };

function post(path: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${program.url}${path}`, { method: 'POST', agent, headers }, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode >= 300) reject(new Error(`${statusCode}`));
      response.resume().on('end', resolve);
    });
    sent.on('error', reject).end(body);
  });
}

/** Milliseconds of each call, from so many clients that ask one after the other for some seconds. */
async function load(
  path: string,
  body: () => string,
  clients: number,
  until: () => boolean,
): Promise<number[]> {
  const times: number[] = [];
  const client = async () => {
    while (!until()) {
      const began = performance.now();
      await post(path, body());
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return times;
}

async function perSecond(path: string, body: () => string, clients: number, rows: number): Promise<number> {
  const began = performance.now();
  const end = began + SECONDS * 1_000;
  const calls = await load(path, body, clients, () => performance.now() > end);
  return (calls.length * rows * 1_000) / (performance.now() - began);
}

for (const path of ['/predictors/bench/predictions', '/predictors/bench/suggestions']) {
  const toOne: number[] = [];
  const toThirtyTwo: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const thousand = await perSecond(path, many, 1, ROWS);
    const alone = await perSecond(path, one, 1, 1);
    const together = await perSecond(path, one, 32, 1);
    // The first round warms up.
    if (round === 0) continue;
    toOne.push(thousand / alone);
    toThirtyTwo.push(thousand / together);
    const figures = [thousand, alone, together].map((rate) => rate.toFixed(0));
    console.log(
      `${path} ${round}: ${figures[0]} rows/s in calls of ${ROWS}, ${figures[1]} one by one, ${figures[2]} one by one from 32 clients`,
    );
  }
  console.log(
    `rows a second of calls with ${ROWS} / of calls with one: median ${median(toOne).toFixed(1)} for one client, ${median(toThirtyTwo).toFixed(2)} against 32 clients, of ${ROUNDS} rounds`,
  );
}

const path = '/predictors/bench/predictions';
for (const clients of [0, 1, 4]) {
  const end = performance.now() + SECONDS * 1_000;
  const isOver = () => performance.now() > end;
  const [alone] = await Promise.all([load(path, one, 1, isOver), load(path, many, clients, isOver)]);
  const sorted = alone.sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1);
  console.log(
    `one row beside ${clients} clients with ${ROWS} rows a call: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms of ${sorted.length}`,
  );
}
agent.destroy();
program.process.signal('SIGTERM');
await program.process.exited;
await folder.remove();
