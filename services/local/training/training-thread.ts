import { Worker } from 'node:worker_threads';
import type { Progress, RetrainReport } from '../../train/index.ts';
import type { FromThread, ToThread, TrainingThreadData } from './protocol.ts';

/** A thread without work ends after this long, and gives its memory back. */
const IDLE_MS = 20_000;

/**
 * Runs trainings one after another in a thread that is started when needed. A thread that dies fails the training at
 * hand, whose lease then runs out; the next training gets a new thread.
 */
export class TrainingThread {
  readonly #data: TrainingThreadData;
  readonly #onProgress: (predictor: string, progress: Progress) => void;
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #settle: { resolve: (report: RetrainReport | null) => void; reject: (error: Error) => void } | null = null;

  constructor(
    data: TrainingThreadData,
    onProgress: (predictor: string, progress: Progress) => void = () => {},
  ) {
    this.#data = data;
    this.#onProgress = onProgress;
  }

  /** Trains one predictor. Call it again only after it settled. */
  train(predictor: string): Promise<RetrainReport | null> {
    if (this.#settle !== null) throw new Error('the training thread is at work');
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#start();
    return new Promise<RetrainReport | null>((resolve, reject) => {
      this.#settle = { resolve, reject };
      worker.postMessage({ train: predictor } satisfies ToThread);
    });
  }

  /** Has the training at hand given back, waits for that at most `waitMs`, and ends the thread. */
  async stop(waitMs: number): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker === null) return;
    if (this.#settle !== null) {
      worker.postMessage({ stop: true } satisfies ToThread);
      await this.#settled(waitMs);
    }
    await worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: this.#data });
    worker.on('message', (message: FromThread) => this.#hear(message));
    worker.on('error', (error: Error) => this.#end(worker, error));
    worker.on('exit', () => this.#end(worker, new Error('the training thread ended')));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #hear(message: FromThread): void {
    if ('progress' in message) {
      this.#onProgress(message.predictor, message.progress);
      return;
    }
    const settle = this.#settle;
    this.#settle = null;
    this.#idle = setTimeout(() => this.#rest(), IDLE_MS).unref();
    if ('done' in message) settle?.resolve(message.done);
    else settle?.reject(new Error(message.failed));
  }

  #rest(): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }

  #end(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const settle = this.#settle;
    this.#settle = null;
    settle?.reject(error);
  }

  async #settled(waitMs: number): Promise<void> {
    const until = Date.now() + waitMs;
    while (this.#settle !== null && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
