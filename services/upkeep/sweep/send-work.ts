import type { Database, Work } from '../../../database/index.ts';
import type { InvokeTrain } from './invoke-train.ts';

/**
 * Sends what the database could not send itself, one piece after another; the first that fails ends it. Returns how many
 * were sent, and what went wrong.
 */
export async function sendWork(
  { work }: Pick<Database, 'work'>,
  invoke: InvokeTrain,
): Promise<{ readonly sent: number; readonly problem: unknown }> {
  for (let sent = 0; ; sent++) {
    const next = await work.handOut({ force: true });
    if (next === null) return { sent, problem: null };
    try {
      await invoke(payloadOf(next));
    } catch (error) {
      await work.handedOver(next, error instanceof Error ? error.message : String(error));
      return { sent, problem: error };
    }
    await work.handedOver(next, null);
  }
}

/** As the database writes it. */
function payloadOf({ retraining, reproduction, predictor }: Work): object {
  return retraining === null
    ? { predictor, reproduction: Number(reproduction) }
    : { retraining: Number(retraining), predictor };
}
