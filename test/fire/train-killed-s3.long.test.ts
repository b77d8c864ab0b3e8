import { afterAll, beforeAll, test } from '@jest/globals';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { expectLatePointer, expectRecovery } from './train-killed.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

describeWhere(s3Server(), 'with its models in S3, a trainer killed with -9', () => {
  let server: S3Server;
  let place: TrainingPlace;
  beforeAll(async () => {
    server = await startS3Server();
    place = await openTrainingPlace(await server.bucket());
  });
  afterAll(async () => {
    await place.close();
    await server.stop();
  });

  test('once a model is stored leaves the old one whole; the next trainer ends the request with one verdict', () =>
    expectRecovery(place, 'put models'));

  test('between the commit and the pointer leaves the old pointer, and the next round writes the new one', () =>
    expectLatePointer(place));
});
