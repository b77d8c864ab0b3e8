// The predict function in process, warm, and its bundle from process start to first answer: `npm run bench lambda`.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DirectoryStore } from '../../services/model-store/index.ts';
import { openOn } from '../../services/predict/lambda/open.ts';
import { readLambdaSettings } from '../../services/predict/lambda/settings.ts';
import { startDataApi } from '../support/data-api/data-api.ts';
import { temporaryFolder } from '../support/folder.ts';
import { httpEvent } from '../support/gateway-events.ts';
import { serveObjects } from '../support/object-server.ts';
import { OwnPostgres } from '../support/own-postgres.ts';
import { PREDICTOR, query, trainTwentyLabels } from './support/lambda-place.ts';
import { median } from './support/pinned.ts';

const CALLS = 2_000;
const STARTS = 15;
const OPERATOR = 'arn:aws:iam::123456789012:user/bench';

const postgres = await OwnPostgres.start();
const folder = await temporaryFolder();
const api = await startDataApi({ connectionString: postgres.connectionString });
const environment = {
  HUNDREDFOLD_DATABASE_ARN: api.resourceArn,
  HUNDREDFOLD_DATABASE_SECRET_ARN: api.secretArn,
  HUNDREDFOLD_DATABASE_NAME: api.database,
  HUNDREDFOLD_DATABASE_ENDPOINT: api.endpoint,
  HUNDREDFOLD_MODELS_BUCKET: 'models',
  HUNDREDFOLD_SPOOL_BUCKET: 'spool',
  HUNDREDFOLD_LOG_LEVEL: 'info',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'testkey',
  AWS_SECRET_ACCESS_KEY: 'testsecret',
};
Object.assign(process.env, environment);

const asked = (kind: 'suggestions' | 'predictions', n: number) =>
  httpEvent({
    method: 'POST',
    path: `/predictors/${PREDICTOR}/${kind}`,
    headers: [['content-type', 'application/json']],
    body: JSON.stringify({ query: query(n) }),
    userArn: OPERATOR,
  });

try {
  await warm();
  await cold();
} finally {
  await api.close();
  await postgres.remove();
  await folder.remove();
}

async function warm(): Promise<void> {
  const models = new DirectoryStore(`${folder.path}/models`);
  await trainTwentyLabels(postgres.connectionString, models);
  const opened = openOn(
    { models, spool: new DirectoryStore(`${folder.path}/spool`) },
    readLambdaSettings(environment),
  );
  await opened.ready;
  // Lines of the log go where Lambda takes them: they are written, and not shown.
  const write = process.stdout.write.bind(process.stdout);
  for (const kind of ['suggestions', 'predictions'] as const) {
    const times: number[] = [];
    process.stdout.write = () => true;
    for (let n = 0; n < CALLS; n++) {
      const begin = performance.now();
      const { statusCode } = await opened.door.answer(asked(kind, n), { awsRequestId: `bench-${n}` });
      times.push(performance.now() - begin);
      if (statusCode >= 300) throw new Error(`${kind} was answered with ${statusCode}`);
    }
    process.stdout.write = write;
    const sorted = times.slice(CALLS / 10).sort((a, b) => a - b);
    const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(2);
    console.log(`warm, ${kind}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms of ${sorted.length} calls`);
  }
  await opened.service.close();
}

interface Start {
  readonly loaded: number;
  readonly answered: number;
  readonly cpu: number;
  readonly resident: number;
  readonly statusCode: number;
  readonly body: string;
}

async function cold(): Promise<void> {
  const { bundle } = await import('../../docker/bundle.ts');
  const { file } = await bundle('predict', path.join(folder.path, 'task'));
  const s3 = await serveObjects(new DirectoryStore(`${folder.path}/models`));
  try {
    const ours = { ...environment, _HANDLER: 'index.handler', HUNDREDFOLD_S3_ENDPOINT: s3.endpoint };
    const first = await start(file, ours);
    const bare = path.join(folder.path, 'bare.mjs');
    await writeFile(
      bare,
      `export const handler = async () => (${JSON.stringify({ statusCode: 200, body: first.body })});\n`,
    );
    const all: { ours: Start; bare: Start }[] = [];
    for (let n = 0; n < STARTS; n++) all.push({ ours: await start(file, ours), bare: await start(bare, {}) });
    const of = (side: 'ours' | 'bare', name: 'loaded' | 'answered' | 'cpu' | 'resident') =>
      median(all.map((pair) => pair[side][name])).toFixed(0);
    console.log(
      `cold, process start to first answer: ours ${of('ours', 'answered')} ms (initialised at ${of('ours', 'loaded')} ms, ${of('ours', 'cpu')} ms of processor time, ${of('ours', 'resident')} MB), ` +
        `bare Node answering the same bytes ${of('bare', 'answered')} ms (${of('bare', 'cpu')} ms, ${of('bare', 'resident')} MB), medians of ${STARTS}`,
    );
  } finally {
    await s3.close();
  }
}

async function start(file: string, variables: Record<string, string>): Promise<Start> {
  const event = JSON.stringify(asked('suggestions', 1));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['test/bench/support/cold-start.mjs', file, event],
    {
      env: { PATH: process.env.PATH ?? '', ...variables },
    },
  );
  const line = stdout.split('\n').find((one) => one.startsWith('COLD '));
  const started: Start = JSON.parse(line?.slice('COLD '.length) ?? '{}');
  if (started.statusCode !== 200) throw new Error(`the first call was answered with ${stdout}`);
  return started;
}
