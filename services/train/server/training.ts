import type { Database, DatabaseOptions, Held } from '../../../database/index.ts';
import type { ObjectStore } from '../../model-store/index.ts';
import type { Log } from '../../observability/log.ts';
import { VERSION } from '../../settings/version.ts';
import { progressLines } from '../progress-lines.ts';
import { breathing } from '../queue/breathe.ts';
import { type ReproductionReport, reproduce } from '../reproduce.ts';
import { type RetrainOptions, type RetrainReport, retrain } from '../retrain.ts';

/** How long the database keeps a training for a process that says nothing. */
const LEASE_SECONDS = 60;

export interface TrainingOptions {
  readonly database: Database;
  readonly store: ObjectStore;
  /** The same database, for the thread that renews the lease. */
  readonly renewFrom: DatabaseOptions;
  readonly log: Log;
}

/** Trainings in this process, one at a time, which can be given back. */
export interface Training {
  /** What is being trained; null between two trainings. */
  readonly predictor: string | null;
  train(predictor: string): Promise<RetrainReport | null>;
  reproduce(id: string): Promise<ReproductionReport | null>;
  /** Has the training at hand given back at its next step; it then rejects. */
  giveBack(): void;
  /** Gives back in the database what has not been given back by itself. */
  release(): Promise<void>;
}

export function trainingWith({ database, store, renewFrom, log }: TrainingOptions): Training {
  const stopping = new AbortController();
  let claim: Held | null = null;
  let under: string | null = null;
  const options = (predictor: string): RetrainOptions => ({
    database,
    store,
    codeVersion: VERSION,
    leaseSeconds: LEASE_SECONDS,
    renewFrom,
    pause: breathing(),
    signal: stopping.signal,
    onClaim: (claimed) => {
      claim = claimed;
      under = predictor;
    },
    report: progressLines(log, predictor),
  });
  const ended = () => {
    claim = null;
    under = null;
  };
  return {
    get predictor() {
      return under;
    },
    train: (predictor) => retrain(predictor, options(predictor)).finally(ended),
    reproduce: (id) => reproduce(id, options(id)).finally(ended),
    giveBack: () => stopping.abort(new Error('the process is told to end; the training is given back')),
    release: async () => {
      if (claim !== null) await database.training.release(claim);
    },
  };
}
