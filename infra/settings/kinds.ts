/** What a setting may be: its values in words, and how one is known. */
export interface Kind<Value> {
  readonly words: string;
  /** The value, or the problem: what is wrong with it, as the end of a sentence that begins with the setting's name. */
  read(value: unknown): { readonly value: Value } | { readonly problem: string };
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number, unit = ''): Kind<number> {
  const of = unit === '' ? '' : ` of ${unit}`;
  return kind(`a whole number${of} from ${least} to ${most}`, (value): value is number => {
    return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  });
}

/** A number from `least` to `most` in steps of `step`. */
export function stepped(least: number, most: number, step: number): Kind<number> {
  return kind(`a number from ${least} to ${most} in steps of ${step}`, (value): value is number => {
    return (
      typeof value === 'number' &&
      value >= least &&
      value <= most &&
      Number.isInteger(Math.round((value / step) * 1e6) / 1e6)
    );
  });
}

/** One of the numbers that a service takes, and no other. */
export function oneOfNumbers(numbers: readonly number[]): Kind<number> {
  return kind(`one of ${numbers.join(', ')}`, (value): value is number =>
    numbers.some((one) => one === value),
  );
}

/** One of these words. */
export function oneOf(words: readonly string[], called?: string): Kind<string> {
  return kind(called ?? `one of ${words.join(', ')}`, (value): value is string =>
    words.some((one) => one === value),
  );
}

export function yesOrNo(): Kind<boolean> {
  return kind('true or false', (value): value is boolean => typeof value === 'boolean');
}

/** Text of a form; `words` say of which. */
export function text(form: RegExp, words: string): Kind<string> {
  return kind(words, (value): value is string => typeof value === 'string' && form.test(value));
}

/** A list of texts of a form. */
export function list(form: RegExp, words: string): Kind<readonly string[]> {
  return kind(words, (value): value is readonly string[] => {
    return Array.isArray(value) && value.every((one) => typeof one === 'string' && form.test(one));
  });
}

/** Two different texts of a form. */
export function pair(form: RegExp, words: string): Kind<readonly [string, string]> {
  return kind(words, (value): value is readonly [string, string] => {
    if (!Array.isArray(value) || value.length !== 2 || value[0] === value[1]) return false;
    return value.every((one) => typeof one === 'string' && form.test(one));
  });
}

/** Names and values, both text of a form. */
export function texts(name: RegExp, of: RegExp, words: string): Kind<Readonly<Record<string, string>>> {
  return kind(words, (value): value is Readonly<Record<string, string>> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return Object.entries(value).every(
      ([key, one]) => name.test(key) && typeof one === 'string' && of.test(one),
    );
  });
}

/** The same, or null for none. */
export function orNone<Value>({ words, read }: Kind<Value>): Kind<Value | null> {
  return {
    words: `${words}, or null for none`,
    read: (value) => (value === null ? { value } : read(value)),
  };
}

function kind<Value>(words: string, is: (value: unknown) => value is Value): Kind<Value> {
  return {
    words,
    read: (value) => (is(value) ? { value } : { problem: `is ${words}, not ${JSON.stringify(value)}` }),
  };
}
