export { TrainingError } from './errors.ts';
export type { Progress } from './lease.ts';
export { type RetrainOptions, type RetrainReport, retrain } from './retrain.ts';
