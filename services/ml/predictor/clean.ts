/** Spaces of every width, the one that does not break among them: on a screen they cannot be told apart. */
const SPACES = /\p{Zs}/gu;

/** Of no width at all. The joiners U+200C and U+200D are none of them: Persian words and emoji need those. */
const INVISIBLE = /[\u200b\u2060\ufeff]/g;

/**
 * The spelling that is kept of a label, a category or a name: what looks the same is the same. Composed (NFC), without
 * what has no width, with plain spaces for all others, and none at either end. Case, letters and spaces within stay.
 */
export function cleanText(text: string): string {
  return isPlain(text) ? text : text.replace(INVISIBLE, '').replace(SPACES, ' ').normalize('NFC').trim();
}

/**
 * Is a text, of nearly all that are sent, clean as it stands, and without a character that cannot be stored? What it does not
 * know by sight is looked at again. False of an empty one.
 */
export function isPlain(text: string): boolean {
  const { length } = text;
  // A blank at an end is U+0020 or a control character.
  if (length === 0 || text.charCodeAt(0) <= 0x20 || text.charCodeAt(length - 1) <= 0x20) return false;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    // All below U+0300, where combining marks begin, is composed already.
    if (unit >= 0x300 || unit === 0xa0 || unit === 0) return false;
  }
  return true;
}
