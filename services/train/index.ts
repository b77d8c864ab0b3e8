export { TrainingError } from './errors.ts';
export type { Progress } from './progress.ts';
export { type PruneOptions, type PruneReport, prune } from './prune.ts';
export { type ReproductionReport, reproduce } from './reproduce.ts';
export { type RetrainOptions, type RetrainReport, retrain } from './retrain.ts';
export type { TimeLimit } from './time-limit.ts';
