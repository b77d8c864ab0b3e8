import type { PredictorDefinition, Row } from '../../ml/predictor/definition.ts';

/** Answers kept, at least half of them the latest; some 2 MB of text at most. */
const KEPT = 8_192;
/** Longer texts hardly come twice. */
const LONGEST = 64;

/**
 * The latest answers of one model to rows of one short text, as they were sent. While people type, the same few
 * beginnings come again and again, and an answer is a function of the row and the model alone: a model that takes over
 * begins with none.
 */
export class RecentAnswers {
  readonly #input: string;
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  constructor(input: string) {
    this.#input = input;
  }

  get(row: Row): string | undefined {
    const text = row[this.#input];
    if (typeof text !== 'string' || text.length > LONGEST) return undefined;
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const old = this.#old.get(text);
    if (old !== undefined) this.set(row, old);
    return old;
  }

  set(row: Row, answer: string): void {
    const text = row[this.#input];
    if (typeof text !== 'string' || text.length > LONGEST) return;
    if (this.#young.size >= KEPT / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, answer);
  }
}

/** For predictors of one text; null for others, whose rows hardly repeat. */
export function recentAnswers({ inputs }: Pick<PredictorDefinition, 'inputs'>): RecentAnswers | null {
  const [only, ...others] = Object.entries(inputs);
  if (only === undefined || others.length > 0) return null;
  const [name, { type }] = only;
  return type === 'text' || type === 'category' ? new RecentAnswers(name) : null;
}
