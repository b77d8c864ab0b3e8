import { asObject, at, type JsonObject, shown, textAt } from '../api/json.ts';
import type { Stack } from './stack.ts';

/** What the train function is called with. */
export interface TrainEvent {
  readonly payload: JsonObject;
  /** In a few words: `retraining 7 of tickets`. */
  readonly what: string;
}

/**
 * The event that a dead letter was made for: Lambda's record of a failed invocation holds it as `requestPayload`; a letter
 * that its older dead-letter queues wrote is the event. Null for anything else.
 */
export function eventOf(body: string): TrainEvent | null {
  const letter = parsed(body);
  const event = asObject(at(letter, 'requestPayload') ?? letter);
  if (event === null) return null;
  const predictor = textAt(event, 'predictor');
  if (event.prune === true) return { payload: event, what: 'the pruning of old models' };
  if (predictor === null) return null;
  for (const kind of ['retraining', 'reproduction']) {
    const id = event[kind];
    if (typeof id === 'string' || typeof id === 'number') {
      return { payload: event, what: `${kind} ${shown(id)} of ${predictor}` };
    }
  }
  return null;
}

/**
 * Calls the stack's train function again, without waiting for it: Lambda has taken the event when this returns.
 * @throws as AwsAccount.call does
 */
export async function invokeTraining(stack: Stack, { payload }: TrainEvent): Promise<void> {
  const name = encodeURIComponent(stack.output('TrainFunction'));
  await stack.account.call('lambda', {
    method: 'POST',
    path: `/2015-03-31/functions/${name}/invocations`,
    headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' },
    body: JSON.stringify(payload),
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null; // nothing that Lambda writes
  }
}
