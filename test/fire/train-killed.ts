import { expect } from '@jest/globals';
import { alignPointers } from '../../services/upkeep/steps.ts';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import type { TrainingPlace } from './training-place.ts';

/** Starts a trainer that stops at a step, and kills it there. */
export async function killAt(place: TrainingPlace, predictor: string, step: string): Promise<void> {
  const trainer = place.start(predictor, { stopAt: step });
  await trainer.waitForLine(new RegExp(`^at ${step}$`));
  trainer.signal('SIGKILL');
  expect((await trainer.exited).signal).toBe('SIGKILL');
}

/** Kills a trainer at a step before its commit, and looks at what is left and at what the next trainer makes of it. */
export async function expectRecovery(place: TrainingPlace, step: string): Promise<void> {
  const { database, store } = place;
  const name = `killed-${step.toLowerCase().replaceAll(' ', '-')}`;
  const id = await trainedPredictor(database, store, name);
  await database.retrainings.request(id);
  await killAt(place, name, step);

  expect(await servedModel(database, store, name)).toBe(1);
  expect(await verdicts(database, id)).toEqual(['promoted', null]);
  // The lease still holds: nobody else may begin.
  expect(await place.train(name)).toBeNull();
  await place.letLeasesLapse();
  expect(await place.train(name)).toMatchObject({ verdict: 'promoted' });

  expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
  const { rows } = await database.models.list(id, { limit: 10, cursor: null });
  expect(rows.map(({ status }) => status)).toEqual(['champion', 'retired']);
  expect(await servedModel(database, store, name)).toBe(rows[0]?.version);
}

/** Kills a trainer between its commit and its pointer: the pointer is the old one, until the regular round. */
export async function expectLatePointer(place: TrainingPlace): Promise<void> {
  const { database, store } = place;
  const id = await trainedPredictor(database, store, 'killed-finish');
  await database.retrainings.request(id);
  await killAt(place, 'killed-finish', 'finish');
  expect(await servedModel(database, store, 'killed-finish')).toBe(1);
  expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
  expect(await place.train('killed-finish')).toBeNull();
  await alignPointers(database, store);
  expect(await servedModel(database, store, 'killed-finish')).toBe(2);
}
