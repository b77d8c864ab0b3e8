const SHOWN = 40;

/** At most 40 code points of a text, with an ellipsis when some were left out: a message stays short whatever was sent. */
export function clip(text: string): string {
  if (text.length <= SHOWN) return text;
  const points = [...text.slice(0, 2 * SHOWN)];
  return points.length <= SHOWN && text.length <= 2 * SHOWN ? text : `${points.slice(0, SHOWN).join('')}…`;
}

/** What was sent, in words, for the end of an error message. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(clip(value))}`;
  if (typeof value === 'number') {
    return Number.isFinite(value) ? `the number ${value}` : 'a number beyond 1.8e308';
  }
  if (typeof value === 'boolean') return `${value}`;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return value === undefined ? 'nothing' : 'an object';
}
