/**
 * What is wrong with a text and, by `advice`, what to do about its length; or undefined: it may hold `maxLength` code points, and neither U+0000 nor half a
 * surrogate pair, which PostgreSQL cannot store. Every other control character is ordinary text.
 */
export function textFault(text: string, maxLength: number, advice = 'shorten it'): string | undefined {
  if (text.length > maxLength) {
    const length = codePoints(text);
    if (length > maxLength) return `is ${length} characters long, ${maxLength} are allowed: ${advice}`;
  }
  if (text.includes('\0')) return 'holds the character U+0000, which cannot be stored: take it out';
  if (!text.isWellFormed()) return 'holds half a surrogate pair, which is no character: take it out';
  return undefined;
}

/** The number of code points, without the array that spreading a long text would make. */
function codePoints(text: string): number {
  let pairs = 0;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) pairs++;
  }
  return text.length - pairs;
}

/** A label may be 255 code points long. */
export const LABEL_LENGTH = 255;
