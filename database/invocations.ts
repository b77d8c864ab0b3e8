import pg from 'pg';

/** A call of the train function, as the stand-in for `aws_lambda` passes it on. */
export interface Invocation {
  readonly predictor: string;
  /** The id of a reproduction; null where the predictor is to be trained. */
  readonly reproduction: string | null;
}

/**
 * Listens for invocations on a connection of its own. `onLost` is called once when the connection breaks by itself.
 * Returns how to stop. @throws when the database cannot be reached
 */
export async function listenForInvocations(
  connectionString: string,
  onInvocation: (invocation: Invocation) => void,
  onLost: () => void,
): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString, keepAlive: true });
  let over = false;
  const lose = () => {
    if (over) return;
    over = true;
    client.end().catch(() => {});
    onLost();
  };
  client.on('error', lose);
  client.on('end', lose);
  client.on('notification', ({ payload }) => {
    const invocation = parse(payload ?? '');
    if (invocation !== null) onInvocation(invocation);
  });
  try {
    await client.connect();
    await client.query('listen aws_lambda');
  } catch (error) {
    over = true;
    await client.end().catch(() => {});
    throw error;
  }
  return async () => {
    over = true;
    await client.end();
  };
}

/** Anybody may notify on a channel: what is not an invocation is not for us. */
function parse(text: string): Invocation | null {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null || !('payload' in message)) return null;
    const { payload } = message;
    if (typeof payload !== 'object' || payload === null || !('predictor' in payload)) return null;
    if (typeof payload.predictor !== 'string') return null;
    const reproduction = 'reproduction' in payload ? String(payload.reproduction) : null;
    return { predictor: payload.predictor, reproduction };
  } catch {
    return null;
  }
}
