import type { Database } from '../../../database/index.ts';

/** Where a worker is stopped: before or after one of its calls, for good or until it is let go. */
export interface Halt {
  readonly call: string;
  readonly when: 'before' | 'after';
  readonly how: 'die' | 'stand';
}

/** What a call of a dead worker comes to: nobody hears of it, and nothing happens. */
function lost(): Error {
  return Object.assign(new Error('this worker is dead'), { code: 'ECONNREFUSED' });
}

/** Stops one worker (a trainer, a drain, a service) at a call of its. Once dead, none of its calls does anything. */
export class Gate {
  readonly #halt: Halt | null;
  #dead = false;
  #halted = false;
  #letGo: () => void = () => {};
  #stands: () => void = () => {};
  /** Resolves when it stands at its call. */
  readonly standing: Promise<void>;

  constructor(halt: Halt | null) {
    this.#halt = halt;
    this.standing = new Promise((resolve) => {
      this.#stands = resolve;
    });
  }

  get isDead(): boolean {
    return this.#dead;
  }

  kill(): void {
    this.#dead = true;
    this.#letGo();
  }

  letGo(): void {
    this.#letGo();
  }

  /** @throws when the worker is dead */
  async pass(when: Halt['when'], call: string): Promise<void> {
    const halt = this.#halt;
    if (halt !== null && !this.#halted && !this.#dead && halt.when === when && call === halt.call) {
      this.#halted = true;
      if (halt.how === 'die') this.#dead = true;
      else {
        await new Promise<void>((resolve) => {
          this.#letGo = resolve;
          this.#stands();
        });
      }
    }
    if (this.#dead) throw lost();
  }

  /** The same object, each of whose calls passes here. A call of a store is named with its folder: `put models`. */
  around<T extends object>(object: T): T {
    return new Proxy(object, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => {
          // These give their rows one by one.
          if (name === 'list' || name === 'learnable') return member.apply(target, given);
          return this.#call(callName(String(name), given), () => member.apply(target, given));
        };
      },
    });
  }

  /** The same database, each of whose calls passes here. */
  aroundDatabase(database: Database): Database {
    const { predictors, predictions, examples, imports, retrainings, training, models, idempotency } =
      database;
    return {
      ...database,
      predictors: this.around(predictors),
      predictions: this.around(predictions),
      examples: this.around(examples),
      imports: this.around(imports),
      retrainings: this.around(retrainings),
      training: this.around(training),
      models: this.around(models),
      idempotency: this.around(idempotency),
      transaction: (work) => database.transaction((transaction) => work(this.aroundDatabase(transaction))),
      within: (milliseconds) => this.aroundDatabase(database.within(milliseconds)),
      apart: (milliseconds) => this.aroundDatabase(database.apart(milliseconds)),
    };
  }

  async #call(name: string, work: () => unknown): Promise<unknown> {
    await this.pass('before', name);
    const answer = await work();
    await this.pass('after', name);
    return answer;
  }
}

function callName(name: string, [key]: readonly unknown[]): string {
  return ['get', 'put', 'delete'].includes(name) ? `${name} ${String(key).split('/')[0]}` : name;
}
