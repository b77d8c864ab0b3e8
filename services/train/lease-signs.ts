const BEATS = 0;
const END = 1;
const OPEN = 2;

/** Why a training is to stop: another trainer has it, or training was switched off. */
export type LeaseEnd = 'lost' | 'off';
const ENDS: readonly (LeaseEnd | null)[] = [null, 'lost', 'off'];

/**
 * What a training and the thread that renews its lease tell each other in shared memory, which both can read however
 * busy they are: that the work goes on, and that the lease has ended.
 */
export class LeaseSigns {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Int32Array;

  constructor(memory = new SharedArrayBuffer(12)) {
    this.memory = memory;
    this.#numbers = new Int32Array(memory);
  }

  /** The training did something. */
  beat(): void {
    Atomics.add(this.#numbers, BEATS, 1);
  }

  /** Another number than before: something was done since. */
  get beats(): number {
    return Atomics.load(this.#numbers, BEATS);
  }

  /** Null while the lease holds, as far as is known. */
  get end(): LeaseEnd | null {
    return ENDS[Atomics.load(this.#numbers, END)] ?? null;
  }

  set end(why: LeaseEnd | null) {
    Atomics.store(this.#numbers, END, ENDS.indexOf(why));
  }

  /** Has the thread a connection, which it must close itself? */
  get isOpen(): boolean {
    return Atomics.load(this.#numbers, OPEN) === 1;
  }

  set isOpen(is: boolean) {
    Atomics.store(this.#numbers, OPEN, is ? 1 : 0);
  }
}
