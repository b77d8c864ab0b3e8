import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PREDICTOR, query, trainTwentyLabels } from '../bench/support/lambda-place.ts';
import { testImages } from '../support/docker.ts';
import { httpEvent } from '../support/gateway-events.ts';
import { containerEngine, describeWhere } from '../support/requirement.ts';
import { type AwsInContainers, openAwsInContainers } from './support/aws-in-containers.ts';
import { type Measured, measure } from './support/measured.ts';

const BASE = 'public.ecr.aws/lambda/nodejs:24';
/** Lambda's smallest setting that is advised, in MiB. */
const MEMORY = 256;
const ROUNDS = 3;
/** Other work may be on the machine: what a start takes where there is none stands in docs/reference/benchmarks.md. */
const OVER_BARE_MS = 900;

describeWhere(containerEngine(), 'the predict function with a text model of 20 labels and 256 MiB:', () => {
  let aws: AwsInContainers;
  const all: { ours: Measured; bare: Measured }[] = [];
  let warm: Measured;

  beforeAll(async () => {
    const images = await testImages();
    aws = await openAwsInContainers();
    await trainTwentyLabels(aws.connectionString, aws.models);
    const event = httpEvent({
      method: 'POST',
      path: `/predictors/${PREDICTOR}/suggestions`,
      headers: [['content-type', 'application/json']],
      body: JSON.stringify({ query: query(1) }),
      userArn: 'arn:aws:iam::123456789012:user/operator',
    });
    const ours = { environment: aws.variables, memory: MEMORY };
    for (let n = 0; n < ROUNDS; n++) {
      const first = await measure(images.predict, ours, event);
      const files = { '/var/task/index.mjs': `export const handler = async () => (${first.text});\n` };
      all.push({ ours: first, bare: await measure(BASE, { files, memory: MEMORY }, event) });
    }
    const recorded = { ...event, rawPath: event.rawPath.replace('suggestions', 'predictions') };
    warm = await measure(images.predict, ours, recorded, 300);
  }, 300_000);
  afterAll(() => aws?.close());

  test('is started and has answered not long after the bare runtime, which answers the same bytes', () => {
    for (const { ours, bare } of all) expect(ours.text).toBe(bare.text);
    const over = all.map(({ ours, bare }) => (ours.times[0] ?? 0) - (bare.times[0] ?? 0));
    expect(Math.min(...over)).toBeGreaterThan(0);
    expect(Math.min(...over)).toBeLessThan(OVER_BARE_MS);
  });

  test('takes less than 120 MB at rest', () => {
    for (const { ours } of all) expect((ours.usage.resident * 1024) / 1e6).toBeLessThan(120);
  });

  test('stays far below its setting while it records', () => {
    expect(warm.usage.resident / 1024).toBeLessThan(0.75 * MEMORY);
    expect(warm.times).toHaveLength(300);
  });
});
