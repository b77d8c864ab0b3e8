import { TemplateError } from '../template.ts';
import { type UsageOf, used } from '../usage.ts';

/** The two buckets: models with their pointers, and what waits. */
export const bucketUsage: UsageOf = (bucket, month) => {
  const { assumed, sweeps, trainings, requests, probes, hoursOfWaiting, predictions } = month;
  if (bucket.id.startsWith('StoreModels')) {
    // Pointer and keys are looked at every five seconds at most, while calls come, by each of some two processes.
    const looks = Math.min(requests, (assumed.hours * 3600) / 5) * 2 * 2;
    return [
      used('s3Storage', assumed.modelsGb),
      used('s3Write', trainings.number * assumed.objectsOfTraining),
      used('s3Read', looks),
    ];
  }
  if (bucket.id.startsWith('StoreSpool')) {
    const spooled = hoursOfWaiting > 0 ? predictions : 0;
    return [
      // A sweep lists the spool and what was set aside, and reads the marker and its own note.
      used('s3Write', sweeps * 2 + spooled + probes * assumed.probeWrites),
      used('s3Read', sweeps * 2 + spooled),
    ];
  }
  throw new TemplateError(`What ${bucket.id} is for is not known: infra/cost/usage/storage.ts.`);
};
