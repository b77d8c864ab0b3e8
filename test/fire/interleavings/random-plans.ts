import fc from 'fast-check';
import type { Action, Fault, Plan, Step } from './plan.ts';
import { act, action, definition, fault, process, record, which } from './random-actions.ts';

const someFault = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fault });

const step: fc.Arbitrary<Step> = record({
  fault: someFault,
  actions: fc.array(action, { minLength: 1, maxLength: 6 }),
});

/** A step in which these things are done, and at the same time whatever else. */
function withOthers(
  given: fc.Arbitrary<Action>,
  broken: fc.Arbitrary<Fault | null> = someFault,
): fc.Arbitrary<Step> {
  return record({
    fault: broken,
    actions: fc.tuple(given, fc.array(action, { maxLength: 3 })).map(([first, others]) => [first, ...others]),
  });
}

function standing(calls: readonly string[]) {
  return record({
    call: fc.constantFrom(...calls),
    when: fc.constantFrom('before' as const, 'after' as const),
    how: fc.constant('stand' as const),
  });
}

const letGo = withOthers(fc.constant<Action>({ do: 'let-go' }));
const request = withOthers(act('request', { at: process }) as fc.Arbitrary<Action>);

/** A trainer stands still with a training in its hands, others take it, and it goes on. */
const overtakenTrainer = fc.tuple(
  request,
  withOthers(
    act('train', {
      halt: standing(['claim', 'reserveVersion', 'put models', 'finish']),
    }) as fc.Arbitrary<Action>,
  ),
  withOthers(fc.constant<Action>({ do: 'lapse' })),
  withOthers(fc.constant<Action>({ do: 'train', halt: null })),
  letGo,
);

/** A trainer stands still before its pointer, and the predictor becomes another one. */
const overtakenPointer = fc.tuple(
  request,
  withOthers(
    act('train', {
      halt: standing(['finish', 'state', 'get pointers', 'put pointers']),
    }) as fc.Arbitrary<Action>,
  ),
  withOthers(
    fc.oneof(
      act('redefine', { at: process, definition }),
      act('promote', { at: process, which }),
    ) as fc.Arbitrary<Action>,
  ),
  letGo,
);

/** A drain stands still with rows in its hands, and something happens to them. */
const overtakenDrain = fc.tuple(
  withOthers(
    act('post', { at: fc.constant<0 | 1>(0), rows: fc.constant(3) }) as fc.Arbitrary<Action>,
    record({ breaks: fc.constantFrom('answers' as const, 'wire' as const), at: fc.constant<0 | 1>(0) }),
  ),
  withOthers(
    act('drain', { halt: standing(['get spool', 'record', 'delete spool']) }) as fc.Arbitrary<Action>,
  ),
  withOthers(act('erase', { at: process, which }) as fc.Arbitrary<Action>),
  letGo,
);

const part: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 6, arbitrary: step.map((only) => [only]) },
  { weight: 1, arbitrary: fc.oneof(overtakenTrainer, overtakenPointer, overtakenDrain) },
);

/** Plans of up to `parts` parts: single steps, and a few that belong together. */
export function plans(parts: number): fc.Arbitrary<Plan> {
  return record({
    definition: definition.map((given) => ({ ...given, extra: false })),
    trained: fc.oneof(
      { weight: 5, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    steps: fc.array(part, { minLength: 1, maxLength: parts }).map((all) => all.flat()),
  });
}
