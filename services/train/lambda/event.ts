/** What the train function is asked to do. */
export type TrainEvent =
  | { readonly predictor: string; readonly retraining: string | null }
  | { readonly predictor: string; readonly reproduction: string }
  | { readonly prune: true };

/** One event of those that an invocation brought. */
export interface Asked {
  readonly event: TrainEvent | null;
  /** Why it cannot be read; null where it can. */
  readonly problem: string | null;
  /** Of a record of a queue, the name by which it is reported as undone. */
  readonly messageId: string | null;
}

/**
 * Reads what an invocation brought: one event, several in an array, records of a queue (`{ Records: [{ messageId, body }] }`),
 * and any of these inside Lambda's record of an invocation that failed, as a dead-letter queue keeps it. One that cannot
 * be read stands beside the others with its problem.
 */
export function readEvents(given: unknown): Asked[] {
  const records = own(given, 'Records');
  if (Array.isArray(records)) return records.map(readRecord);
  if (Array.isArray(given)) return given.map((one: unknown) => read(one, null));
  const failed = own(given, 'requestPayload');
  return failed === undefined ? [read(given, null)] : readEvents(failed);
}

function readRecord(record: unknown): Asked {
  const id = own(record, 'messageId');
  const messageId = typeof id === 'string' ? id : null;
  const body = own(record, 'body');
  let content: unknown;
  try {
    content = typeof body === 'string' ? JSON.parse(body) : body;
  } catch {
    return { event: null, problem: `the record is no JSON: ${shown(body)}`, messageId };
  }
  return read(own(content, 'requestPayload') ?? content, messageId);
}

function read(given: unknown, messageId: string | null): Asked {
  const event = eventOf(given);
  const problem =
    event === null
      ? `neither {"retraining", "predictor"} nor {"predictor", "reproduction"} nor {"prune": true}: ${shown(given)}`
      : null;
  return { event, problem, messageId };
}

function eventOf(given: unknown): TrainEvent | null {
  if (own(given, 'prune') === true) return { prune: true };
  const predictor = own(given, 'predictor');
  if (typeof predictor !== 'string' || !/^[a-z0-9-]{1,63}$/.test(predictor)) return null;
  const reproduction = own(given, 'reproduction');
  if (reproduction !== undefined) {
    const id = idOf(reproduction);
    return id === null ? null : { predictor, reproduction: id };
  }
  const retraining = own(given, 'retraining');
  const id = idOf(retraining);
  return id === null && retraining !== undefined ? null : { predictor, retraining: id };
}

/** PostgreSQL's ids are bigints, which JSON has as numbers or as text. */
function idOf(value: unknown): string | null {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return /^\d{1,18}$/.test(text) ? text : null;
}

function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 200);
}
