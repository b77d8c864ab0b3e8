// The answer that crosses the threshold, against those before it in the same run: `npm run bench dispatch`.
import { temporaryFolder } from '../support/folder.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';
import { median } from './support/pinned.ts';

const EVERY = 100;
const CROSSINGS = 40;
/** The rows before the hundredth that it is compared with: after it, a training takes its share of the machine. */
const NEIGHBOURS = 20;

/** Milliseconds until a row is answered and stored. */
async function answer(program: StartedProgram, n: number): Promise<number> {
  const begin = performance.now();
  const { status } = await program.post('/predictors/bench/predictions', { query: `word ${n % 8} ${n}` });
  if (status !== 201) throw new Error(`row ${n} was answered with ${status}`);
  return performance.now() - begin;
}

const folder = await temporaryFolder();
const program = await startProgram(folder.path);
await program.put('/predictors/bench', {
  name: 'bench',
  inputs: { query: { type: 'text' } },
  target: { name: 'side', type: 'label' },
  retraining: { every: EVERY },
});
const csv = Array.from({ length: 40 }, (_, n) => `word ${n % 8},${n % 2 ? 'left' : 'right'}`).join('\n');
await program.importCsv('bench', `query,side\n${csv}\n`);
await program.settled('bench');

// By place before the crossing: 0 is the row that crosses.
const times: number[][] = Array.from({ length: NEIGHBOURS + 1 }, () => []);
for (let crossing = 0; crossing < CROSSINGS; crossing++) {
  for (let place = EVERY - 1; place >= 0; place--) {
    const took = await answer(program, crossing * EVERY + place);
    times[place]?.push(took);
  }
  await program.settled('bench');
}
const { counter, retrainings } = (await program.get('/predictors/bench')).body;
console.log(`counter ${JSON.stringify(counter)}, retrainings ${JSON.stringify(retrainings)}`);

const [crossed = Number.NaN, ...others] = times.map(median);
const neighbours = median(others);
const noise = others.map((one) => one / neighbours);
console.log(
  `the ${EVERY}th row's answer: median ${crossed.toFixed(2)} ms of ${CROSSINGS}; the ${NEIGHBOURS} before it: ${neighbours.toFixed(2)} ms; ratio ${(crossed / neighbours).toFixed(3)}`,
);
console.log(
  `noise: the medians of the ${NEIGHBOURS} places lie between ${Math.min(...noise).toFixed(3)} and ${Math.max(...noise).toFixed(3)} of their own median`,
);
program.process.signal('SIGTERM');
await program.process.exited;
await folder.remove();
