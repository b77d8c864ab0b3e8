// Recorded predictions over HTTP against pgbench (one row per transaction through the same trigger) and against the
// same server's unrecorded answers, in turn: `npm run bench recording`. Needs pgbench; and wrk, in whose place
// autocannon runs everywhere (HUNDREDFOLD_BENCH_LOAD=autocannon) and takes more of the machine.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/folder.ts';
import { REPOSITORY } from '../support/process.ts';
import { startProgram } from '../support/started-program.ts';
import { load, median } from './support/pinned.ts';
import { hasWrk, loadWithWrk } from './support/wrk.ts';

const ROUNDS = 5;
const SECONDS = 4;
const run = promisify(execFile);

const byWrk = process.env.HUNDREDFOLD_BENCH_LOAD !== 'autocannon' && hasWrk();
console.log(byWrk ? 'load by wrk' : 'load by autocannon, which shares the cores with the service');

const csv = await readFile(`${REPOSITORY}examples/services/rows.csv`, 'utf8');
const folder = await temporaryFolder();
const program = await startProgram(folder.path);
await program.put('/predictors/bench', {
  name: 'bench',
  inputs: { query: { type: 'text', maxLength: 255 } },
  target: { name: 'service', type: 'label' },
  // Counted by the same trigger, but no training in between.
  retraining: { every: 1_000_000 },
});
await program.importCsv('bench', csv);
await program.settled('bench');
const bodies = csv
  .split('\n')
  .slice(1, 101)
  .map((line) => JSON.stringify({ query: line.split(',')[0] ?? '' }));

const socket = (await readFile(`${folder.path}/postgres.socket`, 'utf8')).trim();
const script = `${folder.path}/one-row.sql`;
const answer =
  '{"suggestions":[{"label":"Laboratory","probability":0.912345},{"label":"Pharmacy","probability":0.05}]}';
await writeFile(
  script,
  `insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
   select gen_random_uuid(), id, 1, 1, '{"query":"labora"}', '${answer}' from hundredfold.predictors where name = 'bench';\n`,
);

/** One row per transaction from so many clients: transactions a second, and a transaction's time in milliseconds. */
async function pgbench(
  clients: number,
  seconds: number,
): Promise<{ perSecond: number; milliseconds: number }> {
  const args = [
    '-h',
    socket,
    '-n',
    '-M',
    'prepared',
    '-f',
    script,
    '-c',
    `${clients}`,
    '-j',
    '1',
    '-T',
    `${seconds}`,
  ];
  const { stdout } = await run('pgbench', [...args, '-U', 'hundredfold', 'hundredfold']);
  return {
    perSecond: Number(/tps = ([\d.]+)/.exec(stdout)?.[1]),
    milliseconds: Number(/latency average = ([\d.]+)/.exec(stdout)?.[1]),
  };
}

const answers = `${program.url}/predictors/bench/suggestions`;
const predictions = `${program.url}/predictors/bench/predictions`;
const ask = (url: string, seconds: number, kind: 'repeated' | 'fresh') =>
  byWrk ? loadWithWrk(url, seconds, bodies, kind) : load(url, seconds, bodies, kind, { core: null });
for (const kind of ['repeated', 'fresh'] as const) {
  const toPgbench: number[] = [];
  const toUnrecorded: number[] = [];
  let recordedRate = 0;
  await ask(answers, 2, kind);
  await ask(predictions, 2, kind);
  for (let round = 1; round <= ROUNDS; round++) {
    const recorded = await ask(predictions, SECONDS, kind);
    const unrecorded = await ask(answers, SECONDS, kind);
    const peer = await pgbench(32, SECONDS);
    recordedRate = recorded.perSecond;
    toPgbench.push(recorded.perSecond / peer.perSecond);
    toUnrecorded.push(recorded.perSecond / unrecorded.perSecond);
    console.log(
      `${kind} ${round}: recorded ${recorded.perSecond.toFixed(0)}/s (p50 ${recorded.p50}, p99 ${recorded.p99} ms, ${recorded.failed} failed), unrecorded ${unrecorded.perSecond.toFixed(0)}/s, pgbench ${peer.perSecond.toFixed(0)}/s`,
    );
  }
  console.log(
    `recorded / pgbench, ${kind} queries: median ${median(toPgbench).toFixed(2)} of ${ROUNDS} rounds`,
  );
  console.log(
    `recorded / unrecorded, ${kind} queries: median ${median(toUnrecorded).toFixed(3)} of ${ROUNDS} rounds`,
  );
  const half = await load(predictions, SECONDS, bodies, kind, { core: null, rate: recordedRate / 2 });
  const alone = await pgbench(1, SECONDS);
  console.log(
    `at half that load (${half.perSecond.toFixed(0)}/s): p50 ${half.p50} ms, p99 ${half.p99} ms; one row's transaction alone ${alone.milliseconds} ms`,
  );
}
program.process.signal('SIGTERM');
await program.process.exited;
await folder.remove();
