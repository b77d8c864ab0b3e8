import type { Caller } from './places.ts';

/** A right that a role has and no call of the walk used, and why it has it all the same. */
export interface Explained {
  readonly callers: readonly Caller[];
  readonly action: string;
  /** Of the resource, or of its pattern, as it is deployed. */
  readonly resource: RegExp;
  readonly reason: string;
}

const FUNCTIONS = ['predict', 'train', 'sweep', 'migrate'] as const;

export const EXPLAINED: readonly Explained[] = [
  ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
    callers: FUNCTIONS,
    action,
    resource: /Logs/,
    reason: 'Lambda itself writes what a function prints, in the name of its role.',
  })),
  ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map((action) => ({
    callers: FUNCTIONS,
    action,
    resource: /^\*$/,
    reason:
      'Lambda itself writes the trace of each call, in the name of the role; AWS knows no resource for it.',
  })),
  {
    callers: ['train'],
    action: 'sqs:SendMessage',
    resource: /DeadLetters/,
    reason: 'Lambda itself sends an event that failed three times to the queue of dead letters.',
  },
  {
    callers: ['train', 'migrate'],
    action: 'rds-data:RollbackTransaction',
    resource: /:cluster:/,
    reason:
      'A transaction whose statement fails is rolled back, so that nobody waits for its locks; none failed in the walk.',
  },
];
