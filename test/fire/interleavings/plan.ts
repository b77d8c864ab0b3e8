import type { Halt } from './gate.ts';

/** Which of the two service processes is called. */
export type Process = 0 | 1;

/** One thing that a client, a trainer or an operator does. Choices are numbers, taken modulo what there is. */
export type Action =
  | { readonly do: 'post'; readonly at: Process; readonly rows: number }
  | { readonly do: 'post-keyed'; readonly at: Process; readonly key: number; readonly body: number }
  | {
      readonly do: 'post-many';
      readonly at: Process;
      readonly rows: number;
      readonly key: number | null;
      readonly body: number;
    }
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
