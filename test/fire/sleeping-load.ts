import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedProgram } from '../support/started-program.ts';

/** What clients saw while they posted rows. */
export interface Load {
  /** The ids that were answered, once for each row: a key's answers share one. */
  readonly answered: ReadonlySet<string>;
  readonly deferred: number;
  readonly requests: number;
  /** Milliseconds of the slowest request. */
  readonly worst: number;
  /** What should not have been: other answers than 201, and answers of one key that differ. */
  readonly faults: readonly string[];
}

/** What was answered so far: a test that needs some of it waits for that. */
export interface Seen {
  answered: number;
  deferred: number;
}

/**
 * Posts rows of the predictor `p` from `clients` clients until `over`. Every second one uses keys, and sends each
 * request three times: twice at a time, and once more later, as clients do that lost an answer.
 */
export async function postRows(
  { url }: Pick<StartedProgram, 'url'>,
  clients: number,
  over: () => boolean,
  seen: Seen = { answered: 0, deferred: 0 },
): Promise<Load> {
  const answered = new Set<string>();
  const faults: string[] = [];
  let requests = 0;
  let worst = 0;

  const post = async (body: string, headers: Record<string, string>): Promise<string> => {
    const began = performance.now();
    const response = await fetch(`${url}/predictors/p/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await response.text();
    worst = Math.max(worst, performance.now() - began);
    requests++;
    if (response.status !== 201) {
      faults.push(`${response.status} ${text}`);
      return text;
    }
    const { recorded, ...answer }: { id: string; recorded: unknown } = JSON.parse(text);
    answered.add(answer.id);
    seen.answered = answered.size;
    if (recorded === 'deferred') seen.deferred++;
    return JSON.stringify(answer);
  };

  const client = async (number: number) => {
    for (let n = 0; !over(); n++) {
      const body = JSON.stringify({ query: `row ${number} ${n}` });
      if (number % 2 === 0) {
        await post(body, {});
        continue;
      }
      const key = { 'idempotency-key': `client-${number}-${n}` };
      const answers = new Set(await Promise.all([post(body, key), post(body, key)]));
      await sleep(Math.random() * 30);
      answers.add(await post(body, key));
      if (answers.size !== 1) faults.push(`one key, several answers: ${[...answers].join(' ')}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return { answered, deferred: seen.deferred, requests, worst, faults };
}
