/** The blank that bounds words in normalised text. */
export const BLANK = 0x20;

/** Text as UTF-16 units: NFKC, lower case, each run of white space one blank, and a blank at both ends. */
export class NormalisedText {
  units: Uint16Array = new Uint16Array(256);
  length = 0;

  /** Replaces what is held by `text`; empty or blank text leaves a single blank. */
  read(text: string): void {
    if (this.units.length < text.length + 2) this.units = new Uint16Array(2 * text.length + 2);
    if (this.readAscii(text)) return;
    const folded = foldText(text);
    if (this.units.length < folded.length + 2) this.units = new Uint16Array(2 * folded.length + 2);
    this.length = 0;
    this.push(BLANK);
    for (let i = 0; i < folded.length; i++) this.push(folded.charCodeAt(i));
    this.push(BLANK);
  }

  /** The usual case without making strings. Returns false, having done nothing of use, at the first other unit. */
  private readAscii(text: string): boolean {
    this.length = 0;
    this.push(BLANK);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) return false;
      if (unit >= 0x41 && unit <= 0x5a) this.push(unit + 0x20);
      else this.push(unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) ? BLANK : unit);
    }
    this.push(BLANK);
    return true;
  }

  private push(unit: number): void {
    if (unit === BLANK && this.length > 0 && this.units[this.length - 1] === BLANK) return;
    this.units[this.length++] = unit;
  }
}

const WHITE_SPACE = /\s+/gu;

/** NFKC, lower case, white space collapsed and trimmed: texts that fold alike are the same text to a model. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(WHITE_SPACE, ' ').trim();
}

/** What is known of each unit: nothing yet, that it belongs to a word, or that it does not. */
const KINDS = new Uint8Array(0x10000);
const WORD = 1;
const OTHER = 2;
/** The usual units are known without the expression, whose first use takes 6 ms: no start has to wait for that. */
const ASCII_WORD = /[A-Za-z0-9]/;
const UNICODE_WORD = /[\p{L}\p{N}\p{M}\p{Cs}]/u;

/** Does the UTF-16 unit belong to a word? Letters, digits, marks, and surrogates (letters or signs beyond U+FFFF). */
export function isWordUnit(unit: number): boolean {
  return ((KINDS[unit] as number) || learnKind(unit)) === WORD;
}

function learnKind(unit: number): number {
  const word = unit < 0x80 ? ASCII_WORD : UNICODE_WORD;
  const kind = word.test(String.fromCharCode(unit)) ? WORD : OTHER;
  KINDS[unit] = kind;
  return kind;
}
