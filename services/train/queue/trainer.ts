import type { ReproductionReport, RetrainReport } from '../index.ts';

/** What the trainer needs of its surroundings. */
export interface TrainerOptions {
  /** Carries out the pending training of a predictor; null when there was none. */
  readonly train: (predictor: string) => Promise<RetrainReport | null>;
  /** Makes a model again; null when there was nothing to do. */
  readonly reproduce: (id: string) => Promise<ReproductionReport | null>;
  /** Called after each training, before the next begins. */
  readonly onFinished: (predictor: string, report: RetrainReport) => Promise<void>;
  readonly onReproduced: (predictor: string, report: ReproductionReport) => void;
  /** Called after a piece of work that threw, before the next begins. */
  readonly onError: (predictor: string, error: unknown) => Promise<void>;
}

/** Trains predictors and makes models again, one after another, each once however often it is asked for while it waits. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #queue = new Map<string, Work>();
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(options: TrainerOptions) {
    this.#options = options;
  }

  /** Has the predictor trained, or one of its models made again, as soon as the work before it is done. */
  enqueue(predictor: string, reproduction: string | null = null): void {
    if (this.#stopped) return;
    this.#queue.set(JSON.stringify([predictor, reproduction]), { predictor, reproduction });
    this.#running ??= this.#run();
  }

  /** Takes no more work; what is under way is the training process's to end. */
  stop(): void {
    this.#stopped = true;
    this.#queue.clear();
  }

  /** Resolves when nothing waits and nothing runs. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    for (const [key, work] of this.#queue) {
      this.#queue.delete(key);
      try {
        await this.#carryOut(work);
      } catch (error) {
        if (!this.#stopped) await this.#options.onError(work.predictor, error);
      }
    }
    this.#running = null;
  }

  async #carryOut({ predictor, reproduction }: Work): Promise<void> {
    const { train, reproduce, onFinished, onReproduced } = this.#options;
    if (reproduction === null) {
      const report = await train(predictor);
      if (report !== null) await onFinished(predictor, report);
    } else {
      const report = await reproduce(reproduction);
      if (report !== null) onReproduced(predictor, report);
    }
  }
}

interface Work {
  readonly predictor: string;
  readonly reproduction: string | null;
}
