const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/**
 * The texts of all elements of a name, whatever they stand in, in order. Enough for the answers of AWS's query protocol,
 * whose elements of one name do not hold each other, and which has no attributes of meaning, comments or CDATA.
 */
export function textsOf(xml: string, name: string): string[] {
  const element = new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g');
  return [...xml.matchAll(element)].map(([, text = '']) => text);
}

/** The text of the first such element, or null. */
export function firstText(xml: string, name: string): string | null {
  const [first] = textsOf(xml, name);
  return first === undefined ? null : unescaped(first);
}

function unescaped(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (whole, entity: string) => {
    if (entity.startsWith('#x')) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)));
    return ENTITIES[entity] ?? whole;
  });
}
