import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DISPATCH_MARK, modelKey, Spool } from '../../../services/model-store/index.ts';
import { type Opened, openFrontDoor } from '../../../services/predict/lambda/open.ts';
import { readLambdaSettings } from '../../../services/predict/lambda/settings.ts';
import { sweep } from '../../../services/predict/sweep.ts';
import { VARIABLES } from '../../../services/settings/variables.ts';
import { handler as train } from '../../../services/train/lambda.ts';
import { type ClientRequest, restEvent } from '../../support/gateway-events.ts';
import { searches } from '../../train/learning-place.ts';
import { MIGRATE, startDeployment } from '../migrations/cloudformation.ts';
import { type Caller, type HeardPlace, openHeardPlace, TRAIN_FUNCTION } from './places.ts';

const CONTEXT = { awsRequestId: 'walk', getRemainingTimeInMillis: () => 120_000 };
const PATH = '/predictors/services';

/** Has the functions do everything that makes them call AWS in another way, each as itself. */
export async function walk(): Promise<HeardPlace> {
  const before = { ...process.env };
  const place = await openHeardPlace((payload) => as('train', () => train(payload, CONTEXT)));
  /** A function reads its variables with its first call, and its credentials are everybody's. */
  async function as<T>(caller: Caller, run: () => Promise<T>): Promise<T> {
    Object.assign(process.env, place.variables(caller));
    return run();
  }
  try {
    await deploy(place);
    const predict = await as('predict', async () =>
      openFrontDoor(readLambdaSettings(place.variables('predict'))),
    );
    await predict.ready;
    try {
      await learn(predict, place);
      await sleepThrough(predict, place);
      await loseAndSweep(predict, place, () => as('sweep', () => sweep({}, CONTEXT)));
      await waitInTurn(predict, place, (event) => as('train', () => train(event, CONTEXT)));
      await prune(place, () => as('train', () => train({ prune: true }, CONTEXT)));
      await takeBack(predict, place, () => as('sweep', () => sweep({}, CONTEXT)));
    } finally {
      await predict.service.close();
    }
    // What another process finds when it starts.
    const second = openFrontDoor(readLambdaSettings(place.variables('predict')));
    await second.ready;
    await second.service.close();
    return place;
  } catch (error) {
    await place.close();
    throw error;
  } finally {
    process.env = before;
  }
}

/** A new database is migrated, and told which function it invokes. */
async function deploy(place: HeardPlace): Promise<void> {
  const deployment = await startDeployment();
  try {
    const through = await place.before('migrate', deployment.api.endpoint);
    Object.assign(deployment.environment, { [VARIABLES.databaseEndpoint]: through });
    const set = { Action: 'set-train-function', TrainFunction: TRAIN_FUNCTION };
    for (const properties of [MIGRATE, set]) {
      const { Status, Reason } = await deployment.ask('Create', properties);
      if (Status !== 'SUCCESS') throw new Error(Reason);
    }
  } finally {
    await deployment.close();
  }
  await place.aws.direct.retrainings.setTrainFunction(TRAIN_FUNCTION);
}

/** From a key to a model and back: every route that writes, and most that read. */
async function learn(predict: Opened, { aws }: HeardPlace): Promise<void> {
  const { key } = await ask(predict, 'POST', '/keys', { role: 'predict' });
  await ask(predict, 'PUT', PATH, {
    name: 'services',
    inputs: { query: { type: 'text' } },
    target: { name: 'service', type: 'label' },
  });
  const csv = ['query,service', ...searches(30, 1).map(({ query, label }) => `${query},${label}`)].join('\n');
  await ask(predict, 'POST', `${PATH}/examples`, csv);
  await trained(aws, 1);
  const row = { query: 'my tooth' };
  const headers = [['x-api-key', key] as const, ['idempotency-key', 'one'] as const];
  const { id } = await ask(predict, 'POST', `${PATH}/predictions`, row, { headers });
  await ask(predict, 'PUT', `/predictions/${id}/label`, { label: 'Dental care' });
  await ask(predict, 'GET', `/predictions/${id}`);
  await ask(predict, 'POST', `${PATH}/retrainings`);
  await trained(aws, 2);
  await ask(predict, 'PUT', `${PATH}/champion`, { model: 1 });
  await ask(predict, 'POST', `${PATH}/models/1/reproductions`);
  for (const path of [PATH, `${PATH}/models`, `${PATH}/retrainings`, `${PATH}/examples`, '/ready']) {
    await ask(predict, 'GET', path);
  }
  await ask(predict, 'DELETE', `/predictions/${id}`);
  // A transaction that fails is rolled back.
  await ask(predict, 'POST', `${PATH}/examples`, 'nothing\nof,this', {}, 422);
}

/** Waits until so many retrainings have ended. */
async function trained({ client }: HeardPlace['aws'], count: number): Promise<void> {
  const ended = "select count(*)::integer as n from hundredfold.retrainings where status = 'finished'";
  for (const until = Date.now() + 20_000; (await client.query(ended)).rows[0].n < count; await sleep(50)) {
    if (Date.now() > until) throw new Error(`${count} retrainings have not ended`);
  }
}

/** The database is away: rows wait in the spool, and one of them can never be recorded. */
async function sleepThrough(predict: Opened, { aws }: HeardPlace): Promise<void> {
  aws.api.pause();
  const one = { headers: [['idempotency-key', 'asleep'] as const] };
  for (let n = 0; n < 2; n++) await ask(predict, 'POST', `${PATH}/predictions`, { query: 'my eye' }, one);
  await strand(aws);
  aws.api.resume();
  await emptied(predict, aws);
  // What was set aside is put back, and set aside again.
  if ((await ask(predict, 'GET', '/spool')).aside !== 1) throw new Error('one should lie aside');
  await ask(predict, 'POST', '/spool/returns');
  await emptied(predict, aws);
}

/** Puts a row into the spool whose predictor is gone. */
async function strand({ spool }: HeardPlace['aws']): Promise<string> {
  const id = randomUUID();
  await new Spool(spool).put({
    id,
    predictorId: 4711,
    predictor: 'gone',
    revision: 1,
    model: 1,
    inputs: { query: 'nobody' },
    answer: { suggestions: [{ label: 'Pharmacy', probability: 0.9 }] },
    answeredAt: Date.now(),
  });
  return id;
}

async function emptied(predict: Opened, { spool }: HeardPlace['aws']): Promise<void> {
  const lies = new Spool(spool);
  for (const until = Date.now() + 20_000; ; await sleep(50)) {
    // What anyone may call asks no database that was away.
    await ask(predict, 'GET', '/predictors');
    const { done } = await lies.names().next();
    if (done === true) return;
    if (Date.now() > until) throw new Error('the spool does not become empty');
  }
}

/** What nobody did, the sweep does: where the database invokes, and where it cannot. */
async function loseAndSweep(
  predict: Opened,
  { aws }: HeardPlace,
  sweeps: () => Promise<unknown>,
): Promise<void> {
  aws.api.pause();
  await ask(predict, 'POST', `${PATH}/predictions`, { query: 'my pills' });
  await strand(aws);
  aws.api.resume();
  // A crash left behind what the sweep puts right.
  await aws.models.delete('pointers/services.json');
  await aws.models.delete('access/keys.json');
  await sweeps();
  await aws.lambda.settled();
  await aws.direct.retrainings.setTrainFunction(null);
  await ask(predict, 'POST', `${PATH}/retrainings`);
  // A crash between the commit and the marker: what is found in the spool wakes the sweep, and the sweep finds the rest.
  await aws.spool.delete(DISPATCH_MARK);
  await strand(aws);
  await sweeps();
  await aws.lambda.settled();
  await trained(aws, 3);
  // And one between the verdict and the marker's removal.
  await aws.marks.put();
  await sweeps();
  await ask(predict, 'GET', '/health');
}

/** Two wait and the database cannot invoke: the training of one finds the other, and no marker of it. */
async function waitInTurn(
  predict: Opened,
  { aws }: HeardPlace,
  train: (event: object) => Promise<unknown>,
): Promise<void> {
  await ask(predict, 'PUT', '/predictors/others', {
    name: 'others',
    inputs: { query: { type: 'text' } },
    target: { name: 'service', type: 'label' },
  });
  for (const name of ['services', 'others']) await ask(predict, 'POST', `/predictors/${name}/retrainings`);
  await aws.spool.delete(DISPATCH_MARK);
  await train({ predictor: 'services' });
  if ((await aws.marks.look()) === null) throw new Error('the marker was not put');
  await train({ predictor: 'others' });
}

/** An artifact that no model has is removed. */
async function prune({ aws }: HeardPlace, train: () => Promise<unknown>): Promise<void> {
  const orphan = modelKey('services', 1, 'a'.repeat(64));
  await aws.models.put(orphan, Buffer.from('nobody made this'));
  await train();
  if ((await aws.models.get(orphan)) !== null) throw new Error('the orphan lies there still');
}

/** An import is undone, a row erased, and the predictor deleted with what waits in the spool and what was set aside there. */
async function takeBack(predict: Opened, { aws }: HeardPlace, sweep: () => Promise<unknown>): Promise<void> {
  const { import: id } = await ask(predict, 'POST', `${PATH}/examples`, 'query,service\neye,Eye care\n');
  await ask(predict, 'GET', `${PATH}/imports`);
  await ask(predict, 'DELETE', `${PATH}/imports/${id}`);
  const { examples } = await ask(predict, 'GET', `${PATH}/examples`);
  await ask(predict, 'DELETE', `${PATH}/examples/${examples[0].id}`);
  const state = await aws.direct.predictors.state('services');
  const spool = new Spool(aws.spool);
  const ids = [randomUUID(), randomUUID()];
  for (const row of ids) {
    await spool.put({
      ...{ id: row, predictorId: state?.id ?? 0, predictor: 'services', revision: 1, model: 1 },
      ...{ inputs: { query: 'my eye' }, answer: { suggestions: [] }, answeredAt: Date.now() },
    });
  }
  await spool.setAside(ids[0] ?? '');
  const { spooled } = await ask(predict, 'DELETE', PATH, undefined, {
    query: [['confirm', 'services']],
  });
  if (spooled !== 2) throw new Error(`${spooled} of 2 rows went from the spool`);
  // The sweep finishes what is left and has the models removed.
  await sweep();
  await aws.lambda.settled();
  for await (const key of aws.models.list('models/services/')) throw new Error(`${key} lies there still`);
}

/** Asks as somebody of the account. */
async function ask(
  { door }: Opened,
  method: string,
  path: string,
  body?: object | string,
  more: Partial<ClientRequest> = {},
  status = 299,
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
): Promise<any> {
  const isText = typeof body === 'string';
  const type = ['content-type', isText ? 'text/csv' : 'application/json'] as const;
  const request = {
    method,
    path,
    userArn: 'arn:aws:iam::123456789012:user/operator',
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    ...more,
    headers: [...(body === undefined ? [] : [type]), ...(more.headers ?? [])],
  };
  const answer = await door.answer(restEvent(request), { getRemainingTimeInMillis: () => 28_000 });
  if (answer.statusCode > status) throw new Error(`${method} ${path}: ${answer.statusCode} ${answer.body}`);
  return answer.body === '' ? null : JSON.parse(answer.body);
}
