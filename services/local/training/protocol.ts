import type { Progress, RetrainReport } from '../../train/index.ts';

/** What the training thread is started with. */
export interface TrainingThreadData {
  readonly connectionString: string;
  readonly storeFolder: string;
  readonly codeVersion: string;
  readonly leaseSeconds: number;
}

/** From the server to the training thread: train this predictor, or stop. */
export type ToThread = { readonly train: string } | { readonly stop: true };

/** From the training thread to the server; every `train` is answered by one `done` or `failed`. */
export type FromThread =
  | { readonly progress: Progress; readonly predictor: string }
  | { readonly done: RetrainReport | null; readonly predictor: string }
  | { readonly failed: string; readonly predictor: string };
