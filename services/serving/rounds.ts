/** Looks under way at a time. */
const AT_ONCE = 8;

export interface RoundsOptions {
  /** Whom to look at in a round that begins. */
  readonly names: () => Iterable<string>;
  /** Never rejects. */
  readonly look: (name: string) => Promise<void>;
}

/**
 * Looks at each name again and again, each in its own time: one whose look takes long misses rounds, and holds up none
 * of the others.
 */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #waiting = new Set<string>();
  readonly #underWay = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  start(intervalMs: number): void {
    this.stop();
    this.#timer = setInterval(() => {
      for (const name of this.#options.names()) {
        if (!this.#underWay.has(name)) this.#waiting.add(name);
      }
      this.#begin();
    }, intervalMs).unref();
  }

  /** One look at each of `names`, or of those there are; resolves when all have ended. */
  async once(names: Iterable<string> = this.#options.names()): Promise<void> {
    const left = [...names];
    const looker = async () => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) await this.#options.look(name);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, left.length) }, looker));
  }

  /** Looks that are under way end by themselves; none begins. */
  stop(): void {
    clearInterval(this.#timer);
    this.#waiting.clear();
  }

  #begin(): void {
    for (const name of this.#waiting) {
      if (this.#underWay.size >= AT_ONCE) return;
      this.#waiting.delete(name);
      this.#underWay.add(name);
      void this.#options.look(name).finally(() => {
        this.#underWay.delete(name);
        this.#begin();
      });
    }
  }
}
