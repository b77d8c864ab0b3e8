import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './refusal.ts';

/** How often the next calls shall fail, and with what. */
interface Refused {
  readonly refusal: Refusal;
  left: number;
}

/** What a test does to the API: everything is well until it says otherwise. */
export class Faults {
  #pausedFor: number | null = null;
  #wakesAt: number | null = null;
  #refused: Refused | null = null;
  #latency = 0;
  #answerLatency = 0;
  #answersToDrop = 0;
  #requestsToDrop = 0;
  #hanging: PromiseWithResolvers<void> | null = null;

  /**
   * Asleep, as Aurora at 0 ACU: the next call wakes it, and for `milliseconds` from then on every call is refused with
   * `DatabaseResumingException`. Without a number it never wakes by itself.
   */
  pause(milliseconds = Number.POSITIVE_INFINITY): void {
    this.#pausedFor = milliseconds;
    this.#wakesAt = null;
  }

  resume(): void {
    this.#pausedFor = null;
  }

  /** The next `times` calls are answered with this exception of the API's model; without a number all of them. */
  refuse(type: string, message: string = type, times = Number.POSITIVE_INFINITY, status?: number): void {
    this.#refused = { refusal: new Refusal(type, message, status), left: times };
  }

  accept(): void {
    this.#refused = null;
  }

  /** Every answer takes this much longer. */
  delay(milliseconds: number): void {
    this.#latency = milliseconds;
  }

  /** Calls that come from now on stand still until `release`. */
  hang(): void {
    this.#hanging = Promise.withResolvers();
  }

  /** Those that stand still are carried out, and so is what comes later. */
  release(): void {
    this.#hanging?.resolve();
    this.#hanging = null;
  }

  /** Every call is carried out at once, and its answer comes this much later. */
  delayAnswers(milliseconds: number): void {
    this.#answerLatency = milliseconds;
  }

  /** The next `times` calls are carried out, and their connection is cut before the answer. */
  dropAnswers(times = 1): void {
    this.#answersToDrop = times;
  }

  /** The next `times` calls are cut off before anything is done. */
  dropRequests(times = 1): void {
    this.#requestsToDrop = times;
  }

  /** @throws Refusal as told. Tells whether the connection is to be cut instead. */
  async before(): Promise<'go on' | 'cut'> {
    await this.#hanging?.promise;
    if (this.#latency > 0) await sleep(this.#latency, undefined, { ref: false });
    if (this.#requestsToDrop > 0) {
      this.#requestsToDrop--;
      return 'cut';
    }
    this.#refuseWhileAsleep();
    if (this.#refused !== null && this.#refused.left > 0) {
      this.#refused.left--;
      throw this.#refused.refusal;
    }
    return 'go on';
  }

  async after(): Promise<'answer' | 'cut'> {
    if (this.#answerLatency > 0) await sleep(this.#answerLatency, undefined, { ref: false });
    if (this.#answersToDrop === 0) return 'answer';
    this.#answersToDrop--;
    return 'cut';
  }

  #refuseWhileAsleep(): void {
    if (this.#pausedFor === null) return;
    this.#wakesAt ??= performance.now() + this.#pausedFor;
    if (performance.now() >= this.#wakesAt) {
      this.resume();
      return;
    }
    throw new Refusal(
      'DatabaseResumingException',
      'The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and try again.',
    );
  }
}
