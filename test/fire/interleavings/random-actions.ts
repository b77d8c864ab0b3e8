import fc from 'fast-check';
import type { Halt } from './gate.ts';
import type { Action, Definition, Fault, Process } from './plan.ts';

export const process = fc.constantFrom<Process>(0, 1);
export const which = fc.nat(30);

export const definition: fc.Arbitrary<Definition> = record({
  every: fc.integer({ min: 1, max: 9 }),
  of: fc.constantFrom('predictions', 'predictions', 'labels'),
  extra: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  promotion: fc.constantFrom('automatic', 'automatic', 'automatic', 'manual'),
  guesses: fc.constantFrom(false, false, false, true),
});

const TRAINER_CALLS = [
  'claim',
  'reserveVersion',
  'put models',
  'finish',
  'state',
  'get pointers',
  'put pointers',
];
const DRAIN_CALLS = ['get spool', 'record', 'delete spool'];

/** A worker that is stopped at one of these calls, or at none. */
function halt(calls: readonly string[]): fc.Arbitrary<Halt | null> {
  return fc.option(
    record({
      call: fc.constantFrom(...calls),
      when: fc.constantFrom('before', 'after'),
      how: fc.constantFrom('die', 'stand', 'stand'),
    }),
  );
}

/** Anything that anybody may do. */
export const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: act('post', { at: process, rows: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 5,
    arbitrary: act('post-keyed', {
      at: process,
      key: fc.nat(2),
      body: fc.nat(9).map((n) => (n < 8 ? 0 : 1)),
    }),
  },
  {
    weight: 6,
    arbitrary: act('post-many', {
      at: process,
      rows: fc.integer({ min: 1, max: 12 }),
      key: fc.option(fc.nat(1)),
      body: fc.nat(9).map((n) => (n < 8 ? 0 : 1)),
    }),
  },
  { weight: 6, arbitrary: act('label', { at: process, which, label: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: act('import', {
      at: process,
      rows: fc.integer({ min: 1, max: 40 }),
      key: fc.option(fc.nat(1)),
    }),
  },
  { weight: 3, arbitrary: act('redefine', { at: process, definition }) },
  { weight: 2, arbitrary: act('request', { at: process }) },
  { weight: 4, arbitrary: act('erase', { at: process, which }) },
  { weight: 2, arbitrary: act('promote', { at: process, which }) },
  { weight: 2, arbitrary: act('look', { at: process }) },
  { weight: 1, arbitrary: act('switch', { on: fc.boolean() }) },
  { weight: 7, arbitrary: act('train', { halt: halt(TRAINER_CALLS) }) },
  { weight: 4, arbitrary: act('drain', { halt: halt(DRAIN_CALLS) }) },
  { weight: 2, arbitrary: act('respool', { which }) },
  {
    weight: 7,
    arbitrary: fc.constantFrom<Action>(
      { do: 'lapse' },
      { do: 'let-go' },
      { do: 'dispatch' },
      { do: 'sweep' },
      { do: 'align' },
    ),
  },
  { weight: 1, arbitrary: act('lambda', { answers: fc.constantFrom<0 | 202 | 500>(0, 202, 202, 500) }) },
) as fc.Arbitrary<Action>;

/** Anything that may break. */
export const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: record({ breaks: fc.constant('connections' as const), after: fc.nat(12) }) },
  {
    weight: 3,
    arbitrary: record({ breaks: fc.constantFrom('answers' as const, 'wire' as const), at: process }),
  },
  {
    weight: 1,
    arbitrary: record({ breaks: fc.constant('process' as const), at: process, after: fc.nat(12) }),
  },
  {
    weight: 1,
    arbitrary: record({
      breaks: fc.constant('progress' as const),
      for: fc.integer({ min: 20, max: 250 }),
    }),
  },
);

/** An action of this kind. */
export function act<K extends string, T>(name: K, model: { [P in keyof T]: fc.Arbitrary<T[P]> }) {
  return record({ do: fc.constant(name), ...model });
}

/** Plain objects: a counterexample is printed as JSON. */
export function record<T>(model: { [P in keyof T]: fc.Arbitrary<T[P]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}
