import { clip } from '../predictor/shown.ts';

/** "1 row", "1,683 rows". */
export function rowsText(rows: number): string {
  return rows === 1 ? '1 row' : `${countText(rows)} rows`;
}

export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A column's name as it stands, between backticks. */
export function columnText(name: string): string {
  return `\`${clip(name)}\``;
}

/** A value as JSON writes it, clipped. */
export function valueText(value: string | number | boolean): string {
  return typeof value === 'string' ? JSON.stringify(clip(value)) : String(value);
}

/** "a, b and 3 more". */
export function listText(items: readonly string[], shown: number): string {
  if (items.length <= shown) return items.join(', ');
  return `${items.slice(0, shown).join(', ')} and ${countText(items.length - shown)} more`;
}

/** A share, rounded down so that only the whole is 100: "99.9 %". */
export function shareText(part: number, whole: number): string {
  const percent = Math.floor((1000 * part) / whole) / 10;
  return `${percent} %`;
}
