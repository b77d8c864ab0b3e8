import type { Fault } from '../support/faults/fault.ts';

/** Milliseconds that may pass, so many times the shortest that a quiet machine keeps to. */
export const limits = (patience: number) => ({
  connect: 300 * patience,
  answer: 200 * patience,
  silence: 100 * patience,
  operation: 2_000 * patience,
  attempts: 3,
});

export const CONTENT = Buffer.from('what was stored'.repeat(200));
export const NEXT = Buffer.from('what came after'.repeat(200));

export const refusal = (code: string, status: number): Fault => ({
  kind: 'status',
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Said in a test.</Message></Error>`,
});
export const ON_THE_WAY: readonly Fault[] = [
  { kind: 'late', milliseconds: 40 },
  refusal('InternalError', 500),
  refusal('SlowDown', 503),
  { kind: 'status', status: 502, body: '<html>Bad gateway</html>' },
  { kind: 'status', status: 200, body: 'no S3 at all' },
  { kind: 'reset' },
  { kind: 'silent' },
];
/** The same as the others where none of the attempts fares better. */
export const LASTING: readonly Fault[] = [refusal('SlowDown', 503), { kind: 'reset' }, { kind: 'silent' }];
/** What no attempt at reading gets past. */
export const STALLING: readonly Fault[] = [
  ...ON_THE_WAY.slice(1),
  { kind: 'answer-lost' },
  { kind: 'truncated' },
  { kind: 'silent-body' },
];

export const named = (faults: readonly Fault[]) =>
  faults.map((fault) => [Object.values(fault).slice(0, 2).join(' '), fault] as const);
