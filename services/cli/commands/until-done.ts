import type { Answer, Call } from '../api/client.ts';
import { RefusalError } from '../api/refusal.ts';
import type { Session } from '../session.ts';
import { Progress } from '../terminal/progress.ts';
import { patiently } from './patience.ts';

/** Seconds that one call is waited for, at least: the server goes on with it for as long as API Gateway lets it. */
const TIMEOUT = 60;

/**
 * Makes a call that removes much, and again for as long as the server answers 202: rows are left. `gone` is the code of the
 * refusal that says that nothing is, as when the server has finished by itself meanwhile.
 * @throws as `patiently` and `Api.call` do
 */
export async function untilDone(
  session: Session,
  call: Call,
  gone: string,
  saying: (json: unknown) => string,
): Promise<Answer> {
  const progress = new Progress(session.terminal.err);
  const timeout = Math.max(TIMEOUT, session.api.settings.timeout);
  let last: Answer | null = null;
  try {
    for (;;) {
      try {
        const answer = await patiently(session, () => session.api.call({ ...call, timeout }));
        if (answer.status !== 202) return answer;
        last = answer;
        progress.say(`${saying(answer.json)} …`);
      } catch (error) {
        if (last !== null && error instanceof RefusalError && error.code === gone) return last;
        throw error;
      }
    }
  } finally {
    progress.end();
  }
}
