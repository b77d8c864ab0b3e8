import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Held } from '../../../database/index.ts';
import type { Progress, ReproductionReport, RetrainReport } from '../../train/index.ts';
import { LocalError } from '../local.error.ts';
import type { FromTraining, ToTraining, TrainingProcessData } from './protocol.ts';

/** A process that nobody needs ends after this long, and gives its memory back. */
const IDLE_MS = 20_000;

/** The process died in the middle of a training. `claim` is what it had claimed, as far as it came to say so. */
export class TrainingDiedError extends LocalError {
  readonly claim: Held | null;

  constructor(message: string, claim: Held | null) {
    super('training_process_died', message);
    this.claim = claim;
  }
}

/** How a piece of work ended. */
type Answer = Extract<FromTraining, { done: unknown } | { reproduced: unknown }>;

/**
 * Runs trainings one after another in a process of their own, started when needed. A process that dies, of whatever,
 * fails the training at hand; the next training gets a new one.
 */
export class TrainingProcess {
  readonly #data: TrainingProcessData;
  readonly #onProgress: (predictor: string, progress: Progress) => void;
  #child: ChildProcess | null = null;
  #idle: NodeJS.Timeout | null = null;
  #claim: Held | null = null;
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;

  constructor(
    data: TrainingProcessData,
    onProgress: (predictor: string, progress: Progress) => void = () => {},
  ) {
    this.#data = data;
    this.#onProgress = onProgress;
  }

  /** Has the process ready when the next training comes; while this is called now and then, it stays. */
  warm(): void {
    this.#child ??= this.#start();
    if (this.#settle === null) this.#rest();
  }

  /** Trains one predictor. Call it, or `reproduce`, again only after it settled. @throws TrainingDiedError */
  async train(predictor: string): Promise<RetrainReport | null> {
    const answer = await this.#ask({ train: predictor });
    return 'done' in answer ? answer.done : null;
  }

  /** Makes a model again. @throws TrainingDiedError */
  async reproduce(id: string): Promise<ReproductionReport | null> {
    const answer = await this.#ask({ reproduce: id });
    return 'reproduced' in answer ? answer.reproduced : null;
  }

  /**
   * Has the training at hand given back, waits for that at most `waitMs`, and ends the process. Returns the claim that
   * it did not come to give back.
   */
  async stop(waitMs: number): Promise<Held | null> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const child = this.#child;
    if (child === null) return null;
    if (this.#settle !== null) {
      send(child, { stop: true });
      await this.#settled(waitMs);
    }
    const left = this.#claim;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    return left;
  }

  #ask(work: ToTraining): Promise<Answer> {
    if (this.#settle !== null) throw new Error('the training process is at work');
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#child ??= this.#start();
    const child = this.#child;
    return new Promise<Answer>((resolve, reject) => {
      this.#settle = { resolve, reject };
      send(child, work);
    });
  }

  #start(): ChildProcess {
    const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (message: FromTraining) => this.#hear(message));
    child.on('error', (error: Error) => this.#end(child, error.message));
    child.on('exit', (code, signal) => this.#end(child, signal ?? `code ${code}`));
    send(child, { start: this.#data });
    return child;
  }

  #hear(message: FromTraining): void {
    if ('progress' in message) {
      this.#onProgress(message.predictor, message.progress);
      return;
    }
    if ('claimed' in message) {
      this.#claim = message.claimed;
      return;
    }
    this.#claim = null;
    const settle = this.#settle;
    this.#settle = null;
    this.#rest();
    if ('failed' in message) settle?.reject(new Error(message.failed));
    else settle?.resolve(message);
  }

  #rest(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const child = this.#child;
      this.#child = null;
      child?.kill('SIGKILL');
    }, IDLE_MS).unref();
  }

  #end(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    const error = new TrainingDiedError(`the training process ended (${how})`, this.#claim);
    this.#claim = null;
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

/** To a process that has just died this does nothing: its end is reported by itself. */
function send(child: ChildProcess, message: ToTraining): void {
  child.send(message, () => {});
}
