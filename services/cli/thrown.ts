/**
 * What was thrown, read by its properties: an error of another realm (a worker, a test's own context) is no
 * `instanceof Error`.
 */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly cause: unknown;
  /** What an AggregateError gathers: `localhost` fails once per address family. */
  readonly errors: readonly unknown[];
}

export function thrown(error: unknown): Thrown {
  const read = (key: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const errors = read('errors');
  return {
    name: text(read('name')) ?? '',
    message: text(read('message')) ?? String(error),
    code: text(read('code')),
    cause: read('cause'),
    errors: Array.isArray(errors) ? errors : [],
  };
}
