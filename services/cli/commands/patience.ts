import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../api/client.ts';
import { comeAgainIn } from '../api/refusal.ts';
import type { Session } from '../session.ts';
import { Progress } from '../terminal/progress.ts';

/** Milliseconds between two tries, at least. */
const SHORTEST = 200;

/**
 * Does `work`, and again for as long as the server asks to come again later (503 with Retry-After, as it answers while its
 * database is away) and there is time left: `seconds`, or what the session gives a call. `work` must be safe to repeat.
 * @throws what `work` throws otherwise, and the last refusal once the time is over
 */
export async function patiently<T>(
  session: Session,
  work: () => Promise<T>,
  seconds = session.api.settings.timeout,
): Promise<T> {
  const progress = new Progress(session.terminal.err);
  const begin = performance.now();
  try {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const again = comeAgainIn(error);
        const waited = performance.now() - begin;
        if (again === null) throw error;
        const pause = Math.max(SHORTEST, again.seconds * 1000);
        if (waited + pause > seconds * 1000) throw error;
        progress.say(`${again.why} … ${Math.floor(waited / 1000)} s`);
        await sleep(pause);
      }
    }
  } finally {
    progress.end();
  }
}

/**
 * Posts `body` as JSON, a text as it is, patiently, under one Idempotency-Key: however often it is sent, it is done once.
 * @throws as `patiently` and `Api.call` do
 */
export function post(
  session: Session,
  path: readonly string[],
  body: unknown,
  seconds?: number,
): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const call = { method: 'POST', path, headers, body: text } as const;
  return patiently(session, () => session.api.call(call), seconds);
}
