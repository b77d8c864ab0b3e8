/**
 * The way to a value inside a document, as a person writes it: `retraining.every`, `learnFrom[1]`,
 * `inputs["e-mail address"].type`. A key stands in brackets when it could not be told from the path around it.
 */
export function fieldPath(keys: readonly (string | number)[]): string {
  let path = '';
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`;
    else if (/^[\p{L}\p{N}_-]+$/u.test(key)) path += path === '' ? key : `.${key}`;
    else path += `[${JSON.stringify(key)}]`;
  }
  return path;
}

/** The keys of a JSON pointer (RFC 6901) as ajv writes it; `document` tells a list's index from a key of digits. */
export function pointerKeys(pointer: string, document: unknown): (string | number)[] {
  let value = document;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const inList = Array.isArray(value);
      value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
      return inList ? Number(key) : key;
    });
}
