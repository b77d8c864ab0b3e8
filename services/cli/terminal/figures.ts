/** What stands where nothing is known. */
export const NOTHING = '–';

/** A count with its thousands apart: 12,345. */
export function count(value: number | null): string {
  return value === null ? NOTHING : value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** A probability, accuracy or loss to three decimals. */
export function share(value: number | null): string {
  return value === null ? NOTHING : value.toFixed(3);
}

/** A number as people write it: no exponent unless it would be absurd without, six significant digits. */
export function figure(value: number | null): string {
  if (value === null) return NOTHING;
  return String(Number(value.toPrecision(6)));
}

/** Bytes in the unit that reads best, powers of 1,000. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit] ?? ''}`;
}

/** A time of the API (ISO 8601) to the minute, in UTC. */
export function time(value: string | null): string {
  const date = new Date(value ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return NOTHING;
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** How far `done` is of `of`, drawn in `size` characters, which are plain ones: they look the same in every font. */
export function bar(done: number, of: number, size = 20): string {
  const share = of > 0 ? Math.min(1, Math.max(0, done / of)) : 0;
  const full = Math.floor(share * size);
  return `[${'#'.repeat(full)}${'-'.repeat(size - full)}]`;
}
