import type { RetrainReport } from '../../train/index.ts';

/** What the trainer needs of its surroundings. */
export interface TrainerOptions {
  /** Carries out the pending training of a predictor; null when there was none. */
  readonly train: (predictor: string) => Promise<RetrainReport | null>;
  /** Called after each training, before the next begins. */
  readonly onFinished: (predictor: string, report: RetrainReport) => Promise<void>;
  /** Called after a training that threw, before the next begins. */
  readonly onError: (predictor: string, error: unknown) => Promise<void>;
}

/** Trains predictors one after another, each once however often it is asked for while it waits. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #queue = new Set<string>();
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(options: TrainerOptions) {
    this.#options = options;
  }

  /** Has the predictor trained as soon as the ones before it are done. */
  enqueue(predictor: string): void {
    if (this.#stopped) return;
    this.#queue.add(predictor);
    this.#running ??= this.#run();
  }

  /** Takes no more work; what is under way is the training thread's to end. */
  stop(): void {
    this.#stopped = true;
    this.#queue.clear();
  }

  /** Resolves when nothing waits and nothing runs. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    for (const predictor of this.#queue) {
      this.#queue.delete(predictor);
      try {
        const report = await this.#options.train(predictor);
        if (report !== null) await this.#options.onFinished(predictor, report);
      } catch (error) {
        if (!this.#stopped) await this.#options.onError(predictor, error);
      }
    }
    this.#running = null;
  }
}
