import type { PredictorDefinition, Row } from '../ml/predictor/definition.ts';

/** Answers kept at most, a power of two; some 2 MB of text. */
const KEPT = 8_192;
/** Longer texts hardly come twice. */
const LONGEST = 64;

const { imul } = Math;

/**
 * Answers of one model to rows of one short text, as they were sent. While people type, the same few beginnings come
 * again and again, and an answer is a function of the row and the model alone: a model that takes over begins with none.
 * A text has one place, where it takes that of another: whatever comes often is soon there again, and what never comes
 * again costs a look and two writes.
 */
export class RecentAnswers {
  readonly #input: string;
  // Made for the first answer: of many predictors most are not asked while somebody types.
  #texts: (string | null)[] = [];
  #answers: string[] = [];

  constructor(input: string) {
    this.#input = input;
  }

  get(row: Row): string | undefined {
    const text = row[this.#input];
    if (typeof text !== 'string' || text.length > LONGEST) return undefined;
    const place = placeOf(text);
    return this.#texts[place] === text ? this.#answers[place] : undefined;
  }

  set(row: Row, answer: string): void {
    const text = row[this.#input];
    if (typeof text !== 'string' || text.length > LONGEST) return;
    if (this.#texts.length === 0) {
      this.#texts = new Array(KEPT).fill(null);
      this.#answers = new Array(KEPT).fill('');
    }
    const place = placeOf(text);
    this.#texts[place] = text;
    this.#answers[place] = answer;
  }
}

/** FNV-1a over UTF-16 units (Fowler, Noll and Vo, 1991), its upper bits folded into the lower. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (KEPT - 1);
}

/** For predictors of one text; null for others, whose rows hardly repeat. */
export function recentAnswers({ inputs }: Pick<PredictorDefinition, 'inputs'>): RecentAnswers | null {
  const [only, ...others] = Object.entries(inputs);
  if (only === undefined || others.length > 0) return null;
  const [name, { type }] = only;
  return type === 'text' || type === 'category' ? new RecentAnswers(name) : null;
}
