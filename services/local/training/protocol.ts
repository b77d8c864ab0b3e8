import type { Held } from '../../../database/index.ts';
import type { Progress, ReproductionReport, RetrainReport } from '../../train/index.ts';

/** What the training process is started with. */
export interface TrainingProcessData {
  readonly connectionString: string;
  readonly storeFolder: string;
  readonly codeVersion: string;
  readonly leaseSeconds: number;
}

/**
 * From the server to the training process: what to work with, then which predictor to train or which reproduction to
 * carry out, one after another, or to stop.
 */
export type ToTraining =
  | { readonly start: TrainingProcessData }
  | { readonly train: string }
  | { readonly reproduce: string }
  | { readonly stop: true };

/**
 * From the training process to the server: every `train` is answered by one `done`, every `reproduce` by one
 * `reproduced`, or by `failed`, or by its death.
 */
export type FromTraining =
  | { readonly claimed: Held }
  | { readonly progress: Progress; readonly predictor: string }
  | { readonly done: RetrainReport | null }
  | { readonly reproduced: ReproductionReport | null }
  | { readonly failed: string };
