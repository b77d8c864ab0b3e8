// Answers without recording, against a bare fastify app in turn: `npm run bench answers`.
import { readFile } from 'node:fs/promises';
import { temporaryFolder } from '../support/folder.ts';
import { REPOSITORY, startProcess } from '../support/process.ts';
import { startProgram } from '../support/started-program.ts';
import { load, median, onCore } from './support/pinned.ts';

const ROUNDS = 5;
const SECONDS = 4;

const data = process.env.HUNDREDFOLD_TEST_DATA;
const csv = await readFile(
  data === undefined ? `${REPOSITORY}examples/services/rows.csv` : `${data}/completions/completions.csv`,
  'utf8',
);
const header = csv.slice(0, csv.indexOf('\n')).split(',');
const [input = '', target = ''] = header;
const folder = await temporaryFolder();
const server = [...onCore(0), process.execPath, 'bin/launch.js', 'services/local/server.ts'];
const program = await startProgram(folder.path, ['--empty'], [server[0] ?? '', ...server.slice(1)]);
await program.put('/predictors/bench', {
  name: 'bench',
  inputs: { [input]: { type: 'text', maxLength: 255 } },
  target: { name: target, type: 'label' },
});
console.log(`imported: ${JSON.stringify((await program.importCsv('bench', csv)).body)}`);
await program.settled('bench');

const queries = csv
  .split('\n')
  .slice(1, 101)
  .map((line) => line.split(',')[0] ?? '')
  .filter((query) => !query.includes('"'));
const bodies = queries.map((query) => JSON.stringify({ [input]: query }));
const path = '/predictors/bench/suggestions';
const example = await program.send('POST', path, bodies[0], { 'content-type': 'application/json' });
console.log(`one answer: ${JSON.stringify(example.body)}`);
const bytes = Buffer.from(JSON.stringify(example.body)).toString('base64');
const bare = startProcess({
  command: server[0] ?? '',
  args: [...server.slice(1, -2), 'test/bench/support/bare-fastify.ts', bytes],
  env: { NODE_OPTIONS: undefined },
});
const [, bareUrl = ''] = await bare.waitForLine(/listening on (\S+)/);

for (const kind of ['repeated', 'fresh'] as const) {
  const ratios: number[] = [];
  await load(`${bareUrl}${path}`, 2, bodies, kind);
  await load(`${program.url}${path}`, 2, bodies, kind);
  for (let round = 1; round <= ROUNDS; round++) {
    const theirs = await load(`${bareUrl}${path}`, SECONDS, bodies, kind);
    const ours = await load(`${program.url}${path}`, SECONDS, bodies, kind);
    ratios.push(ours.perSecond / theirs.perSecond);
    console.log(
      `${kind} ${round}: ours ${ours.perSecond.toFixed(0)}/s (p99 ${ours.p99} ms, ${ours.failed} failed), bare fastify ${theirs.perSecond.toFixed(0)}/s, ratio ${(ours.perSecond / theirs.perSecond).toFixed(3)}`,
    );
  }
  const queries = kind === 'fresh' ? 'queries never seen before' : 'a hundred queries again and again';
  console.log(
    `answers without recording / bare fastify, ${queries}: median ${median(ratios).toFixed(3)} of ${ROUNDS} rounds`,
  );
}
await bare.kill();
program.process.signal('SIGTERM');
await program.process.exited;
await folder.remove();
