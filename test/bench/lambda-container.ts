// The predict image under AWS's runtime interface, beside the bare runtime that answers the same bytes; all times are
// taken inside the containers: `npm run bench lambda-container`. Builds the image; needs a container engine.
import { openAwsInContainers } from '../docker/support/aws-in-containers.ts';
import type { FunctionOptions } from '../docker/support/function-container.ts';
import { type Measured, measure } from '../docker/support/measured.ts';
import { testImages } from '../support/docker.ts';
import { httpEvent } from '../support/gateway-events.ts';
import { OwnPostgres } from '../support/own-postgres.ts';
import { PREDICTOR, query, trainTwentyLabels } from './support/lambda-place.ts';
import { median } from './support/pinned.ts';

/** Of the function, in MiB: the smallest setting that is advised. */
const MEMORY = 256;
/** Lambda gives a function processors in proportion to its memory: one at so many MiB. */
const A_WHOLE_CPU = 1769;
const STARTS = 15;
const WARM = 1_000;
const BASE = 'public.ecr.aws/lambda/nodejs:24';

const images = await testImages();
const postgres = await OwnPostgres.start();
const aws = await openAwsInContainers({ connectionString: postgres.connectionString });

try {
  await trainTwentyLabels(postgres.connectionString, aws.models);
  const ours = { environment: { ...aws.variables, HUNDREDFOLD_LOG_LEVEL: 'info' }, memory: MEMORY };
  const { text } = await once(images.predict, ours, 'suggestions');
  const bare = {
    memory: MEMORY,
    files: { '/var/task/index.mjs': `export const handler = async () => (${text});\n` },
  };
  await cold(ours, bare);
  await warm(ours, bare);
  for (const memory of [256, 512, 1024, A_WHOLE_CPU]) await setting(memory, ours);
} finally {
  await aws.close();
  await postgres.remove();
}

/** From the process's start to its first answer: the emulator starts it with the first call. */
async function cold(ours: FunctionOptions, bare: FunctionOptions): Promise<void> {
  const all: { ours: Measured; recorded: Measured; bare: Measured }[] = [];
  for (let n = 0; n < STARTS; n++) {
    all.push({
      ours: await once(images.predict, ours, 'suggestions'),
      bare: await once(BASE, bare, 'suggestions'),
      recorded: await once(images.predict, ours, 'predictions'),
    });
  }
  const of = (side: 'ours' | 'recorded' | 'bare') => median(all.map((round) => round[side].times[0] ?? 0));
  const difference = median(all.map(({ ours, bare }) => (ours.times[0] ?? 0) - (bare.times[0] ?? 0)));
  const ratio = median(all.map(({ ours, bare }) => (ours.times[0] ?? 0) / (bare.times[0] ?? 1)));
  const cpu = (side: 'ours' | 'bare') => median(all.map((round) => round[side].usage.cpu)).toFixed(0);
  const memory = (side: 'ours' | 'bare') => shown(all.map((round) => round[side].usage));
  console.log(
    `cold, process start to first answer: ours ${of('ours').toFixed(0)} ms (a recorded prediction ${of('recorded').toFixed(0)} ms), ` +
      `bare runtime ${of('bare').toFixed(0)} ms; ${difference.toFixed(0)} ms over it, ratio ${ratio.toFixed(2)}, medians of ${STARTS} rounds`,
  );
  console.log(`processor time of that: ours ${cpu('ours')} ms, bare runtime ${cpu('bare')} ms`);
  console.log(`memory after the first answer: ours ${memory('ours')}, bare runtime ${memory('bare')}`);
}

async function warm(ours: FunctionOptions, bare: FunctionOptions): Promise<void> {
  const sides = {
    suggestions: await measure(images.predict, ours, asked('suggestions'), WARM),
    predictions: await measure(images.predict, ours, asked('predictions'), WARM),
    bare: await measure(BASE, bare, asked('suggestions'), WARM),
  };
  for (const [name, { times, usage }] of Object.entries(sides)) {
    const sorted = times.slice(WARM / 10).toSorted((a, b) => a - b);
    const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(2);
    console.log(
      `warm, ${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms through the emulator; at rest ${shown([usage])}`,
    );
  }
}

/** What a memory setting gives: the part of a processor that comes with it, as the engine holds it to. */
async function setting(memory: number, { environment = {} }: FunctionOptions): Promise<void> {
  const options = { environment, memory, cpu: memory / A_WHOLE_CPU };
  const starts: number[] = [];
  for (let n = 0; n < 3; n++) starts.push((await once(images.predict, options, 'suggestions')).times[0] ?? 0);
  const parts = [`${memory} MiB: start ${median(starts).toFixed(0)} ms`];
  for (const kind of ['suggestions', 'predictions']) {
    const { times } = await measure(images.predict, options, asked(kind), 300);
    const sorted = times.slice(30).toSorted((a, b) => a - b);
    const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(1);
    parts.push(`${kind} p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
  }
  console.log(parts.join('; '));
}

function once(image: string, options: FunctionOptions, kind: string): Promise<Measured> {
  return measure(image, options, asked(kind));
}

function asked(kind: string): object {
  return httpEvent({
    method: 'POST',
    path: `/predictors/${PREDICTOR}/${kind}`,
    headers: [['content-type', 'application/json']],
    body: JSON.stringify({ query: query(1) }),
    userArn: 'arn:aws:iam::123456789012:user/bench',
  });
}

function shown(all: readonly Measured['usage'][]): string {
  const of = (name: 'resident' | 'own') => (median(all.map((one) => one[name])) / 1024).toFixed(0);
  return `${of('resident')} MiB resident, of which ${of('own')} MiB are no file's`;
}
