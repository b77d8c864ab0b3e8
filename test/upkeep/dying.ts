// A predict or a train function that dies at a named point: `node dying.ts POINT PREDICTOR`.
import { openDatabase } from '../../database/index.ts';
import { DispatchMarks, type ObjectStore, S3Store } from '../../services/model-store/index.ts';
import { noMetrics } from '../../services/observability/metrics.ts';
import { buildApp } from '../../services/predict/service/app.ts';
import { Champions } from '../../services/serving/champions.ts';
import { Environment } from '../../services/settings/environment.ts';
import { readBuckets, readDatabase } from '../../services/settings/places.ts';
import { TrainingFunction } from '../../services/train/lambda/training-function.ts';
import { PATIENT } from '../support/patience.ts';

const [point, predictor = ''] = process.argv.slice(2);
const environment = new Environment(process.env);
const place = readDatabase(environment);
const buckets = readBuckets(environment);
environment.check();

const database = openDatabase(place);
const models = new S3Store(buckets.models);
const spool = new S3Store(buckets.spool);
const marks = new DispatchMarks(spool);

function die(here: string): void {
  if (here === point) process.kill(process.pid, 'SIGKILL');
}

/** Dies around the work. */
async function around<T>(what: string, work: () => Promise<T>): Promise<T> {
  die(`before ${what}`);
  const done = await work();
  die(`after ${what}`);
  return done;
}

const dyingMarks = {
  put: () => around('the marker', () => marks.put()),
  look: () => around('the look', () => marks.look()),
  settle: (...given: Parameters<DispatchMarks['settle']>) =>
    around('the removal', () => marks.settle(...given)),
} as DispatchMarks;

const dyingModels: ObjectStore = {
  get: (key, condition) => models.get(key, condition),
  delete: (key, condition) => models.delete(key, condition),
  list: (prefix) => models.list(prefix),
  put: (key, body, condition) =>
    around(key.startsWith('models/') ? 'the artifact' : 'the pointer', () =>
      models.put(key, body, condition),
    ),
};

if (point === undefined) throw new Error('say where to die');
const log = { info: () => undefined, warn: () => undefined, error: console.error };
if (process.argv[4] === 'predict') {
  const champions = new Champions({ store: models });
  await champions.refreshAll();
  const app = buildApp({
    database,
    store: models,
    spool,
    marks: dyingMarks,
    champions,
    settings: PATIENT,
    log,
  });
  for (let n = 0; n < 20; n++) {
    const answer = await app.inject({
      method: 'POST',
      url: `/predictors/${predictor}/predictions`,
      payload: { query: `my tooth ${n}` },
    });
    if (answer.statusCode !== 201) throw new Error(answer.body);
    await app.background.settled();
  }
  die('after the dispatch');
} else {
  const training = new TrainingFunction({
    database,
    renewFrom: place,
    models: dyingModels,
    marks: dyingMarks,
    codeVersion: 'test',
    log,
    metrics: noMetrics,
  });
  await training.handle({ predictor }, () => 600_000);
}
throw new Error(`did not die ${point}`);
