// From the hundredth row's commit to the new champion's first answer, with 1,000 text examples: `npm run bench retraining`.
import { temporaryFolder } from '../support/folder.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';
import { median } from './support/pinned.ts';

const EXAMPLES = 1_000;
const ROUNDS = 5;
const SUBJECTS = [
  ['invoice', 'refund', 'charge', 'payment', 'receipt'],
  ['login', 'password', 'account', 'locked', 'reset'],
  ['crash', 'error', 'freeze', 'bug', 'broken'],
  ['delivery', 'parcel', 'courier', 'late', 'tracking'],
  ['upgrade', 'plan', 'seat', 'licence', 'renewal'],
  ['export', 'report', 'csv', 'download', 'chart'],
  ['phone', 'call', 'agent', 'hold', 'callback'],
  ['privacy', 'erase', 'consent', 'data', 'cookie'],
  ['holiday', 'hours', 'closed', 'branch', 'opening'],
  ['voucher', 'discount', 'promo', 'code', 'sale'],
] as const;
const FILLER = ['my', 'please', 'again', 'still', 'today', 'since', 'monday', 'help', 'cannot', 'why'];

/** Row `n` of a made-up help desk: a few words of its team's and a few of everybody's. */
function row(n: number): { text: string; team: string } {
  const subject = n % SUBJECTS.length;
  const own = SUBJECTS[subject] ?? [];
  const pick = (words: readonly string[], k: number) =>
    words[(n * 7 + k * 13 + Math.floor(n / 17)) % words.length];
  const text = [pick(FILLER, 1), pick(own, 1), pick(own, 2), pick(FILLER, 2), `${(n * 7919) % 997}`].join(
    ' ',
  );
  return { text, team: `team ${subject}` };
}

async function once(program: StartedProgram, predictor: string, at: number): Promise<number> {
  const before = (await program.get(`/predictors/${predictor}`)).body.champion as { model: number };
  // Ninety-nine labelled rows, then the hundredth: what is timed starts when its answer is here.
  for (let n = 0; n < 99; n++) {
    // Every fourth is of a team that the champion cannot say, so that the challenger surely takes over.
    const { text, team } =
      n % 4 === 0 ? { text: `the oven in the kitchen ${n}`, team: 'new team' } : row(at + n);
    const { body } = await program.post(`/predictors/${predictor}/predictions`, { text });
    await program.put(`/predictions/${body.id}/label`, { label: team });
  }
  await program.post(`/predictors/${predictor}/predictions`, { text: row(at + 99).text });
  const start = performance.now();
  for (;;) {
    const { body } = await program.post(`/predictors/${predictor}/suggestions`, { text: 'password' });
    if (body.model !== before.model) return performance.now() - start;
    if (performance.now() - start > 20_000) {
      throw new Error(
        `no new champion: ${JSON.stringify((await program.get(`/predictors/${predictor}`)).body.lastRetraining)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const folder = await temporaryFolder();
const program = await startProgram(folder.path);
const times: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const predictor = `desk-${round}`;
  await program.put(`/predictors/${predictor}`, {
    name: predictor,
    inputs: { text: { type: 'text' } },
    target: { name: 'team', type: 'label' },
  });
  const csv = Array.from({ length: EXAMPLES - 100 }, (_, n) => Object.values(row(n)).join(',')).join('\n');
  await program.importCsv(predictor, `text,team\n${csv}\n`);
  await program.settled(predictor);
  const took = await once(program, predictor, EXAMPLES);
  times.push(took);
  console.log(
    `round ${round + 1}: ${took.toFixed(0)} ms from the hundredth row's answer to the new champion's first`,
  );
}
console.log(
  `hundredth row to new champion, 1,000 examples, 10 labels: median ${median(times).toFixed(0)} ms`,
);
program.process.signal('SIGTERM');
await program.process.exited;
await folder.remove();
