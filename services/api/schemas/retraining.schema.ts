import * as Type from 'typebox';
import { Nullable, Time } from './nullable.ts';
import { PageOf } from './page-of.ts';

const oneOf = (values: readonly string[]) => Type.Unsafe<string>({ type: 'string', enum: values });

export const RetrainingSchema = Type.Object({
  id: Type.Integer(),
  trigger: oneOf(['count', 'request', 'first', 'import']),
  status: oneOf(['requested', 'dispatched', 'running', 'finished']),
  verdict: Nullable(oneOf(['promoted', 'kept', 'undecided', 'unchanged', 'failed'])),
  reason: Nullable(Type.String()),
  model: Nullable(Type.Integer()),
  requestedAt: Time,
  startedAt: Nullable(Time),
  finishedAt: Nullable(Time),
  heldUntil: Nullable(Time),
});

export const RetrainingsPage = PageOf('retrainings', RetrainingSchema);
