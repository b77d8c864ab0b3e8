import type { Held } from '../../../database/index.ts';
import type { Progress, RetrainReport } from '../../train/index.ts';

/** What the training process is started with. */
export interface TrainingProcessData {
  readonly connectionString: string;
  readonly storeFolder: string;
  readonly codeVersion: string;
  readonly leaseSeconds: number;
}

/** From the server to the training process: what to work with, then which predictor to train, or to stop. */
export type ToTraining =
  | { readonly start: TrainingProcessData }
  | { readonly train: string }
  | { readonly stop: true };

/** From the training process to the server; every `train` is answered by one `done` or `failed`, or by its death. */
export type FromTraining =
  | { readonly claimed: Held; readonly predictor: string }
  | { readonly progress: Progress; readonly predictor: string }
  | { readonly done: RetrainReport | null; readonly predictor: string }
  | { readonly failed: string; readonly predictor: string };
