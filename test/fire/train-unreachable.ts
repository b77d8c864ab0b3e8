import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../services/predict/service/app.ts';
import { Champions } from '../../services/serving/champions.ts';
import { PATIENT } from '../support/patience.ts';
import { until } from '../support/until.ts';
import { trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';
import { reachable, type Unreachable, unreachable } from './unreachable-function.ts';

/** Asks for a retraining every ten rows, in a place where none can be sent on its way, or every billion. */
interface Side {
  readonly place: TrainingPlace;
  readonly app: FastifyInstance;
}

async function openSide(): Promise<Side> {
  const place = await openTrainingPlace();
  const { database, store } = place;
  await database.retrainings.setTrainFunction('train');
  const champions = new Champions({ store });
  return { place, app: buildApp({ database, store, champions, settings: PATIENT }) };
}

/** Milliseconds that one answer takes. It is stored in the database, or this throws. */
async function answer({ app }: Side, predictor: string, n: number): Promise<number> {
  const begin = performance.now();
  const response = await app.inject({
    method: 'POST',
    url: `/predictors/${predictor}/predictions`,
    payload: { query: `x-ray of the arm ${n}` },
  });
  const took = performance.now() - begin;
  expect([response.statusCode, response.json().recorded]).toEqual([201, true]);
  return took;
}

/** The value that one of a hundred exceeds. */
const p99 = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? 0;

/** A row that waited for the function takes three seconds; these few are what a machine does beside. */
const ALLOWANCE_MS = 2;
const EVERY = 10;

/** The least of several measurements: a machine may be busy during one, what is slow is slow in all of them. */
async function leastOf(times: number, measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < times && least >= 1.5; n++) least = Math.min(least, await measure());
  return least;
}

/** An invocation that hangs does so for three seconds before the database says that it failed. */
async function waitForError({ place }: Side, predictorId: number): Promise<void> {
  await until('an invocation has failed', async () => {
    const { rows } = await place.database.retrainings.list(predictorId, { limit: 200, cursor: null });
    return rows.some(({ lastError }) => /cannot be reached/.test(String(lastError)));
  });
}

/** The two sides answer `atOnce` rows in turn. */
async function expectUnnoticed(
  { away, calm }: { away: Side; calm: Side },
  how: Unreachable,
  { atOnce, isMeasured }: { atOnce: number; isMeasured: boolean },
): Promise<void> {
  const { client, database, store } = away.place;
  const name = `away-${how}`;
  const id = await trainedPredictor(database, store, name, { every: EVERY });
  await trainedPredictor(calm.place.database, calm.place.store, name, { every: 1_000_000_000 });
  await unreachable(client, how);
  // A request that waits, from the first answer on.
  for (let n = 0; n < EVERY; n++) await answer(away, name, -n);

  let rows = 0;
  const slowdown = await leastOf(isMeasured ? 3 : 1, async () => {
    const times: { away: number[]; calm: number[] } = { away: [], calm: [] };
    for (const end = rows + atOnce; rows < end; rows++) {
      times.calm.push(await answer(calm, name, rows));
      times.away.push(await answer(away, name, rows));
    }
    return p99(times.away) / (p99(times.calm) + ALLOWANCE_MS);
  });
  if (isMeasured) expect(slowdown).toBeLessThan(1.5);

  const asked = (EVERY + rows) / EVERY;
  expect(await verdicts(database, id)).toEqual(['promoted', ...Array(asked).fill(null)]);
  const { rows: waiting } = await database.retrainings.list(id, { limit: asked, cursor: null });
  expect(new Set(waiting.map(({ status }) => status))).toEqual(new Set(['requested']));
  await waitForError(away, id);

  await reachable(client);
  const heard: string[] = [];
  client.on('notification', ({ payload }) => heard.push(JSON.parse(payload ?? '').payload.predictor));
  await client.query('listen aws_lambda');
  await database.retrainings.sweep();
  await client.query('select 1');
  expect(heard).toEqual([name]);
  const report = await away.place.train(name);
  expect(report).toMatchObject({ retraining: String(waiting[0]?.id) });
  const { rows: settled } = await database.retrainings.list(id, { limit: asked, cursor: null });
  expect(settled[0]).toMatchObject({ verdict: report?.verdict, lastError: null });
  expect(new Set(settled.slice(1).map(({ verdict, reason }) => `${verdict} ${reason}`))).toEqual(
    new Set([`unchanged merged into ${waiting[0]?.id}`]),
  );
}

/**
 * The tests of a train function that is away in these ways, with so many answers on either side; measured, with nothing
 * beside it, those of the side whose function is away are as fast.
 */
export function unnoticedWhenUnreachable(
  ways: readonly Unreachable[],
  atOnce: number,
  isMeasured = false,
): void {
  let away: Side;
  let calm: Side;
  beforeAll(async () => {
    [away, calm] = await Promise.all([openSide(), openSide()]);
  });
  afterAll(async () => {
    for (const { app, place } of [away, calm]) {
      await app.close();
      await place.close();
    }
  });

  test.each(ways)(
    `(%s) fails ${isMeasured ? 'and slows ' : ''}no prediction; the requests wait, and one training settles them when it is back`,
    (how) => expectUnnoticed({ away, calm }, how, { atOnce, isMeasured }),
    60_000,
  );
}
