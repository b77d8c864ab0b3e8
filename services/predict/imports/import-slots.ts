import { Problem } from '../../api/problem.ts';

/**
 * The imports that may run at a time: each holds a database connection while it is sent. One more waits for its turn,
 * in the order in which they came, and is sent away when that takes too long.
 */
export class ImportSlots {
  readonly #slots: number;
  readonly #waitMs: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(slots: number, waitMs: number) {
    this.#slots = slots;
    this.#waitMs = waitMs;
  }

  /** Takes a slot, which `release` gives back. @throws Problem `import_busy` */
  async take(): Promise<void> {
    if (this.#taken < this.#slots) {
      this.#taken++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(busy(this.#slots));
      }, this.#waitMs);
      this.#waiting.push(turn);
    });
  }

  /** The slot goes to whoever has waited longest. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken--;
    else next();
  }
}

function busy(imports: number): Problem {
  return new Problem(
    'import_busy',
    `${imports} imports are under way already: send the file again in a moment.`,
    { headers: { 'retry-after': '10' } },
  );
}
