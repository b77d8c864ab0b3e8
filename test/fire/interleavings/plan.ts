import fc from 'fast-check';
import type { Halt } from './gate.ts';

/** Which of the two service processes is called. */
export type Process = 0 | 1;

/** One thing that a client, a trainer or an operator does. Choices are numbers, taken modulo what there is. */
export type Action =
  | { readonly do: 'post'; readonly at: Process; readonly rows: number }
  | { readonly do: 'post-keyed'; readonly at: Process; readonly key: number; readonly body: number }
  | { readonly do: 'label'; readonly at: Process; readonly which: number; readonly label: number }
  | { readonly do: 'import'; readonly at: Process; readonly rows: number; readonly key: number | null }
  | { readonly do: 'redefine'; readonly at: Process; readonly definition: Definition }
  | { readonly do: 'request'; readonly at: Process }
  | { readonly do: 'erase'; readonly at: Process; readonly which: number }
  | { readonly do: 'promote'; readonly at: Process; readonly which: number }
  | { readonly do: 'look'; readonly at: Process }
  | { readonly do: 'switch'; readonly on: boolean }
  | { readonly do: 'train'; readonly halt: Halt | null }
  | { readonly do: 'drain'; readonly halt: Halt | null }
  | { readonly do: 'respool'; readonly which: number }
  | { readonly do: 'lapse' | 'let-go' | 'dispatch' | 'sweep' | 'align' }
  | { readonly do: 'lambda'; readonly answers: 0 | 202 | 500 };

export interface Definition {
  readonly every: number;
  readonly of: 'predictions' | 'labels';
  /** One input more: other models are needed. */
  readonly extra: boolean;
  readonly promotion: 'automatic' | 'manual';
  /** Models learn from their own guesses too. */
  readonly guesses: boolean;
}

/** What breaks while a step is under way; times in milliseconds after its begin. */
export type Fault =
  | { readonly breaks: 'connections'; readonly after: number }
  | { readonly breaks: 'answers' | 'wire'; readonly at: Process }
  | { readonly breaks: 'process'; readonly at: Process; readonly after: number }
  | { readonly breaks: 'progress'; readonly for: number };

/** Actions that are begun at once, and what breaks meanwhile. */
export interface Step {
  readonly fault: Fault | null;
  readonly actions: readonly Action[];
}

/** One interleaving: a predictor, trained or not, and what happens to it, step after step. */
export interface Plan {
  readonly definition: Definition;
  readonly trained: boolean;
  readonly steps: readonly Step[];
}

const process = fc.constantFrom<Process>(0, 1);
const which = fc.nat(30);

const definition: fc.Arbitrary<Definition> = record({
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

function halt(calls: readonly string[]): fc.Arbitrary<Halt | null> {
  return fc.option(
    record({
      call: fc.constantFrom(...calls),
      when: fc.constantFrom('before', 'after'),
      how: fc.constantFrom('die', 'stand', 'stand'),
    }),
  );
}

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: act('post', { at: process, rows: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 5,
    arbitrary: act('post-keyed', {
      at: process,
      key: fc.nat(2),
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

const fault: fc.Arbitrary<Fault> = fc.oneof(
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

/** Plans of up to `steps` steps. */
export function plans(steps: number): fc.Arbitrary<Plan> {
  return record({
    definition: definition.map((given) => ({ ...given, extra: false })),
    trained: fc.oneof(
      { weight: 5, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    steps: fc.array(
      record({
        fault: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fault }),
        actions: fc.array(action, { minLength: 1, maxLength: 6 }),
      }),
      { minLength: 1, maxLength: steps },
    ),
  });
}

function act<K extends string, T>(name: K, model: { [P in keyof T]: fc.Arbitrary<T[P]> }) {
  return record({ do: fc.constant(name), ...model });
}

/** Plain objects: a counterexample is printed as JSON. */
function record<T>(model: { [P in keyof T]: fc.Arbitrary<T[P]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}
