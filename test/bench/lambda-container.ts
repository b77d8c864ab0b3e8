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
  const memory = (side: 'ours' | 'bare') => shown(all.map((round) => round[side].memory));
  console.log(
    `cold, process start to first answer: ours ${of('ours').toFixed(0)} ms (a recorded prediction ${of('recorded').toFixed(0)} ms), ` +
      `bare runtime ${of('bare').toFixed(0)} ms; ${difference.toFixed(0)} ms over it, ratio ${ratio.toFixed(2)}, medians of ${STARTS} rounds`,
  );
  console.log(`memory after the first answer: ours ${memory('ours')}, bare runtime ${memory('bare')}`);
}

async function warm(ours: FunctionOptions, bare: FunctionOptions): Promise<void> {
  const sides = {
    suggestions: await measure(images.predict, ours, asked('suggestions'), WARM),
    predictions: await measure(images.predict, ours, asked('predictions'), WARM),
    bare: await measure(BASE, bare, asked('suggestions'), WARM),
  };
  for (const [name, { times, memory }] of Object.entries(sides)) {
    const sorted = times.slice(WARM / 10).toSorted((a, b) => a - b);
    const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(2);
    console.log(
      `warm, ${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms through the emulator; at rest ${shown([memory])}`,
    );
  }
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

function shown(all: readonly Measured['memory'][]): string {
  const of = (name: 'resident' | 'own') => (median(all.map((one) => one[name])) / 1024).toFixed(0);
  return `${of('resident')} MiB resident, of which ${of('own')} MiB are no file's`;
}
