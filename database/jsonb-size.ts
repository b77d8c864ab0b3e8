/**
 * The bytes of a JSON value as PostgreSQL writes its jsonb: with a space after every comma and colon, and with every
 * digit of a number, so that the 5 bytes of `1e300` become 301. This is what an answer of the Data API has to hold.
 */
export function jsonbSize(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? digits(value) : 4;
  if (Array.isArray(value)) {
    return value.reduce<number>((bytes, item) => bytes + jsonbSize(item), 2 + between(value.length));
  }
  if (typeof value !== 'object' || value === null) return Buffer.byteLength(JSON.stringify(value) ?? 'null');
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return entries.reduce(
    (bytes, [key, item]) => bytes + Buffer.byteLength(JSON.stringify(key)) + 2 + jsonbSize(item),
    2 + between(entries.length),
  );
}

function between(count: number): number {
  return 2 * Math.max(0, count - 1);
}

function digits(value: number): number {
  const [mantissa = '', exponent] = JSON.stringify(value).split('e');
  if (exponent === undefined) return mantissa.length;
  const sign = value < 0 ? 1 : 0;
  const [whole = '', fraction = ''] = mantissa.slice(sign).split('.');
  const shift = Number(exponent);
  return shift > 0 ? sign + whole.length + shift : sign + 1 - shift + whole.length + fraction.length;
}
