/** Every state that CloudFormation has a name for; a test compares them with those of the pinned cdk. */
export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | `CREATE_${'IN_PROGRESS' | 'FAILED' | 'COMPLETE'}`
  | `ROLLBACK_${'IN_PROGRESS' | 'FAILED' | 'COMPLETE'}`
  | `UPDATE_${'IN_PROGRESS' | 'COMPLETE_CLEANUP_IN_PROGRESS' | 'FAILED' | 'COMPLETE'}`
  | `UPDATE_ROLLBACK_${'IN_PROGRESS' | 'COMPLETE_CLEANUP_IN_PROGRESS' | 'FAILED' | 'COMPLETE'}`
  | `DELETE_${'IN_PROGRESS' | 'FAILED' | 'COMPLETE'}`
  | `IMPORT_${'IN_PROGRESS' | 'COMPLETE'}`
  | `IMPORT_ROLLBACK_${'IN_PROGRESS' | 'FAILED' | 'COMPLETE'}`;

/** What a stack in some state is good for, and what to do where it is good for little. */
export interface StackState {
  /** What happened, as the end of a sentence: "shop is ROLLBACK_COMPLETE: its first deployment failed …". */
  readonly means: string;
  /** What to do about it; null where nothing is wrong. */
  readonly todo: string | null;
  /**
   * What is in it: `nothing`; the `beginnings` of one that nobody was ever told the address of; `everything`; or what a removal
   * left, `remains`, which may be all of its data.
   */
  readonly holds: 'nothing' | 'beginnings' | 'everything' | 'remains';
  /** Whether a command that is told `--stack` goes on: it `works`, it `may` and is warned, or it `stops` before it asks the API. */
  readonly commands: 'works' | 'may' | 'stops';
  /**
   * What the CDK does with it when it deploys: `makes` it, removes it first and makes it `anew`, `updates` it, `asks` to roll it
   * back first, or cannot do anything.
   */
  readonly deploy: 'makes' | 'anew' | 'updates' | 'asks' | 'stops';
  /** Whether CloudFormation takes its deletion now. */
  readonly destroy: 'removes' | 'stops';
}

const WAIT = 'wait for it to end: the events of the stack in CloudFormation say how far it is';
const WHOLE = { holds: 'everything', commands: 'works', deploy: 'updates', destroy: 'removes' } as const;
const CHANGING = { ...WHOLE, todo: WAIT, deploy: 'stops', destroy: 'stops' } as const;
const NOT_YET = { commands: 'stops', deploy: 'stops', destroy: 'stops', todo: WAIT } as const;
const DESTROY_FIRST = '`npm run destroy` takes away what is left of it; then `npm run deploy`';
const NO_ROLLBACK =
  '`npm run deploy -- --no-rollback` goes on where it stopped, and without that option the cdk asks to roll it back first';
const CONTINUE =
  'CloudFormation in the console, Stack actions, Continue update rollback (it lets you skip what cannot be rolled back); then `npm run deploy`';

export const STACK_STATES: Readonly<Record<StackStatus, StackState>> = {
  REVIEW_IN_PROGRESS: {
    means: 'a deployment was looked at and never carried out, so nothing is in it',
    todo: '`npm run deploy` makes it; `npm run destroy` takes its name away',
    holds: 'nothing',
    commands: 'stops',
    deploy: 'makes',
    destroy: 'removes',
  },
  CREATE_IN_PROGRESS: { ...NOT_YET, means: 'it is being made', holds: 'beginnings' },
  CREATE_FAILED: {
    means: 'its first deployment failed and was left as it was',
    todo: `${NO_ROLLBACK}; or ${DESTROY_FIRST}`,
    holds: 'beginnings',
    commands: 'stops',
    deploy: 'asks',
    destroy: 'removes',
  },
  CREATE_COMPLETE: { ...WHOLE, means: 'it is there', todo: null },
  ROLLBACK_IN_PROGRESS: {
    ...NOT_YET,
    means: 'its first deployment failed and is being rolled back',
    holds: 'beginnings',
  },
  ROLLBACK_FAILED: {
    means: 'its first deployment failed, and not all of it could be rolled back',
    todo: DESTROY_FIRST,
    holds: 'beginnings',
    commands: 'stops',
    // The CDK would delete it, and cannot: what is left is protected, or holds something.
    deploy: 'stops',
    destroy: 'removes',
  },
  ROLLBACK_COMPLETE: {
    means: 'its first deployment failed and was rolled back, so nothing is in it',
    todo: '`npm run deploy` takes it away and makes it anew; its events in CloudFormation say what failed first',
    holds: 'nothing',
    commands: 'stops',
    deploy: 'anew',
    destroy: 'removes',
  },
  UPDATE_IN_PROGRESS: { ...CHANGING, means: 'it is being brought up to date' },
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: {
    ...CHANGING,
    means: 'it is up to date, and what it no longer needs is being removed',
  },
  UPDATE_COMPLETE: { ...WHOLE, means: 'it is there', todo: null },
  UPDATE_FAILED: {
    ...WHOLE,
    means: 'its last deployment failed and was left as it was',
    todo: NO_ROLLBACK,
    commands: 'may',
    deploy: 'asks',
  },
  UPDATE_ROLLBACK_IN_PROGRESS: {
    ...CHANGING,
    means: 'its last deployment failed and is being rolled back',
  },
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: {
    ...CHANGING,
    means: 'its last deployment failed and was rolled back, and what that had made is being removed',
  },
  UPDATE_ROLLBACK_FAILED: {
    ...WHOLE,
    means: 'its last deployment failed, and could not be rolled back',
    todo: CONTINUE,
    commands: 'may',
    deploy: 'stops',
  },
  UPDATE_ROLLBACK_COMPLETE: {
    ...WHOLE,
    means: 'its last deployment failed and was rolled back: it is as it was before',
    todo: null,
  },
  DELETE_IN_PROGRESS: { ...NOT_YET, means: 'it is being removed', holds: 'remains' },
  DELETE_FAILED: {
    means: 'it was to be removed, and not all of it could be',
    todo: `its events in CloudFormation say what could not be removed; ${DESTROY_FIRST}`,
    holds: 'remains',
    commands: 'may',
    deploy: 'stops',
    destroy: 'removes',
  },
  DELETE_COMPLETE: {
    means: 'it was removed',
    todo: '`npm run deploy` makes a new one',
    holds: 'nothing',
    commands: 'stops',
    deploy: 'makes',
    destroy: 'stops',
  },
  IMPORT_IN_PROGRESS: { ...CHANGING, means: 'resources are being brought into it' },
  IMPORT_COMPLETE: { ...WHOLE, means: 'it is there', todo: null },
  IMPORT_ROLLBACK_IN_PROGRESS: {
    ...CHANGING,
    means: 'resources could not be brought into it, and that is being undone',
  },
  IMPORT_ROLLBACK_FAILED: {
    ...WHOLE,
    means: 'resources could not be brought into it, nor that be undone',
    todo: 'its events in CloudFormation say what stands in the way: mend that there; then `npm run deploy`',
    commands: 'may',
    deploy: 'stops',
  },
  IMPORT_ROLLBACK_COMPLETE: {
    ...WHOLE,
    means: 'resources could not be brought into it: it is as it was before',
    todo: null,
  },
};

/** A newer CloudFormation may have a state more. */
const UNKNOWN: StackState = {
  ...WHOLE,
  means: 'a state that this version of Hundredfold does not know',
  todo: 'look at the stack in CloudFormation first',
  commands: 'may',
  deploy: 'asks',
};

export function stateOf(status: string): StackState {
  return Object.entries(STACK_STATES).find(([name]) => name === status)?.[1] ?? UNKNOWN;
}

/** `shop is ROLLBACK_COMPLETE: its first deployment failed …`. */
export function stateText(stack: string, status: string): string {
  return `${stack} is ${status}: ${stateOf(status).means}`;
}
