/** What became of a request as its client knows it: `unknown` where it was told nothing, or that something broke. */
export type Known = 'done' | 'refused' | 'unknown';

/** A row that was posted; its nonce is one of its inputs, so that it is known again wherever it lies. */
export interface Post {
  readonly nonce: number;
  readonly key: string | null;
  /** Answered 201, at least once. */
  done: boolean;
  /** Answered with `recorded: true`, so that it has to be in the database. */
  recorded: boolean;
  id: string | null;
  fate: Fate;
}

/** What clients did to the prediction of an id. */
export interface Fate {
  erased: 'no' | 'perhaps' | 'yes';
  /** What its label may be: null for none. */
  labels: Set<string | null>;
  /** Clients that are erasing it at this moment. */
  erasing: number;
}

/** An import, whose rows come all or not at all. */
export interface Import {
  readonly nonces: readonly number[];
  known: Known;
}

/** A trainer that claimed a training, as seen from outside. */
export interface Holder {
  readonly retraining: string;
  readonly token: bigint;
  /** The step in which it claimed. */
  readonly step: number;
  /** It has ended, or is about to: others may claim. */
  free: boolean;
}

/** Everything that clients, trainers and operators of one interleaving know. */
export class Books {
  readonly posts = new Map<number, Post>();
  readonly imports: Import[] = [];
  readonly holders: Holder[] = [];
  /** By key, the import that was first sent under it. */
  readonly keyedImports = new Map<number, Import>();
  /** Row ids whose erasure was confirmed, with the step in which it was. */
  readonly erasedIn = new Map<number, number>();
  readonly #labelling = new Map<Fate, { readonly done: Set<string>; readonly perhaps: Set<string> }>();
  readonly #lapsed = new Set<bigint>();
  #lapsing = 0;
  step = 0;
  /** What must never happen and did. */
  readonly faults: string[] = [];

  fault(text: string): void {
    this.faults.push(`step ${this.step}: ${text}`);
  }

  post(nonce: number, key: string | null): Post {
    const known = this.posts.get(nonce);
    if (known !== undefined) return known;
    const post: Post = {
      nonce,
      key,
      done: false,
      recorded: false,
      id: null,
      fate: { erased: 'no', labels: new Set([null]), erasing: 0 },
    };
    this.posts.set(nonce, post);
    return post;
  }

  /** A post was answered. Two bodies that came with one key at a time have one id. */
  answer(post: Post, id: string, isRecorded: boolean): void {
    if (post.id !== null && post.id !== id) {
      this.fault(`row ${post.nonce} was answered as ${post.id} and as ${id}`);
    }
    post.fate = [...this.posts.values()].find((other) => other.id === id)?.fate ?? post.fate;
    post.id = id;
    post.done = true;
    post.recorded ||= isRecorded;
  }

  /** Labels that are given to a post in this step. Of those that were confirmed, any may be the last. */
  labelling({ fate }: Post): { readonly done: Set<string>; readonly perhaps: Set<string> } {
    const change = this.#labelling.get(fate) ?? { done: new Set(), perhaps: new Set() };
    this.#labelling.set(fate, change);
    return change;
  }

  /** To be called when all of a step's requests were answered. */
  endStep(): void {
    for (const [fate, { done, perhaps }] of this.#labelling) {
      fate.labels = new Set([...(done.size > 0 ? done : fate.labels), ...perhaps]);
    }
    this.#labelling.clear();
  }

  /** The posts whose ids clients know, in the order in which they were sent. */
  answered(): Post[] {
    return [...this.posts.values()].filter((post) => post.id !== null);
  }

  /** Was the erasure of this prediction confirmed? */
  isErased(id: string | null): boolean {
    return [...this.posts.values()].some((post) => post.id === id && post.fate.erased === 'yes');
  }

  claimed(retraining: string, token: string): Holder {
    const rival = this.holders.find((holder) => !holder.free && !this.hasLapsed(holder));
    if (rival !== undefined) {
      this.fault(
        `retraining ${retraining} was claimed while a trainer held ${rival.retraining} with a valid lease`,
      );
    }
    const holder = { retraining, token: BigInt(token), step: this.step, free: false };
    this.holders.push(holder);
    return holder;
  }

  /** Has the lease of this claim come to its end for certain: by the clock, or as a newer trainer has the training? */
  isOver({ id, token }: { readonly id: string; readonly token: string }): boolean {
    const isNewer = (other: Holder) => other.retraining === id && other.token > BigInt(token);
    return this.#lapsed.has(BigInt(token)) || this.holders.some(isNewer);
  }

  /** Has `work` end leases, and notes which: it gives their tokens. Meanwhile nobody is blamed for a lost one. */
  async lapse(work: () => Promise<readonly string[]>): Promise<void> {
    this.#lapsing += 1;
    for (const token of await work()) this.#lapsed.add(BigInt(token));
    this.#lapsing -= 1;
  }

  /** May this trainer's lease have come to its end? */
  hasLapsed({ token }: Holder): boolean {
    return this.#lapsing > 0 || this.#lapsed.has(token);
  }
}
