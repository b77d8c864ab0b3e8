import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TrainingDiedError, TrainingProcess } from '../../../services/local/training/training-process.ts';
import { trainedPredictor, verdicts } from '../../fire/trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from '../../fire/training-place.ts';
import { childrenOf, commandOf } from '../../support/running-processes.ts';

let place: TrainingPlace;
beforeAll(async () => {
  place = await openTrainingPlace();
});
afterAll(() => place.close());

function startTraining(onProgress: () => void): TrainingProcess {
  const { connectionString, folder } = place;
  return new TrainingProcess(
    { connectionString, storeFolder: folder, codeVersion: 'test', leaseSeconds: 600 },
    onProgress,
  );
}

async function workerPid(): Promise<number> {
  for (const pid of await childrenOf(process.pid)) if (/worker\.ts/.test(await commandOf(pid))) return pid;
  throw new Error('no training process');
}

/** The error that a promise is rejected with. */
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('a training process', () => {
  test('that dies in mid-training leaves its claim to be handed back, and the next one takes the training', async () => {
    const { database } = place;
    const id = await trainedPredictor(database, place.store, 'dies');
    await database.retrainings.request(id);
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const training = startTraining(() => begin());
    const error = errorOf(training.train('dies'));
    await begun;
    process.kill(await workerPid(), 'SIGKILL');
    const died = await error;
    if (!(died instanceof TrainingDiedError) || died.claim === null) throw died;

    // Its lease would run for ten minutes.
    expect(await training.train('dies')).toBeNull();
    await database.training.abandon(died.claim);
    expect(await training.train('dies')).toMatchObject({ retraining: died.claim.id, verdict: 'promoted' });
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
    expect(await training.stop(0)).toBeNull();
  });

  test('that is stopped before it could give its training back leaves the claim to be given back', async () => {
    const { client, database } = place;
    const id = await trainedPredictor(database, place.store, 'stopped');
    await database.retrainings.request(id);
    await client.query('begin');
    await client.query('lock table hundredfold.examples in access exclusive mode');
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const training = startTraining(() => begin());
    const error = errorOf(training.train('stopped'));
    await begun;
    const left = await training.stop(50);
    await client.query('rollback');
    expect(await error).toBeInstanceOf(TrainingDiedError);
    if (left === null) throw new Error('nothing was left');
    await database.training.release(left);
    const { rows } = await client.query(
      'select status, attempts from hundredfold.retrainings where id = $1',
      [left.id],
    );
    expect(rows).toEqual([{ status: 'requested', attempts: 0 }]);
  });
});
