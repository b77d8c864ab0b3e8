import type { MadeKey } from '../aws/usage-plan.ts';
import { CliError } from '../errors.ts';
import type { Session } from '../session.ts';
import { plain } from '../terminal/plain.ts';

/**
 * Tells API Gateway of a key that the service has just made; nothing where there is no stack. Where that fails the key is of
 * no use to anybody, so it is revoked again.
 * @throws KeyNotRegisteredError with what to do
 */
export async function registerWithStack(session: Session, made: MadeKey): Promise<void> {
  const { stack, api } = session;
  if (stack === null) return;
  const { registerKey } = await import('../aws/usage-plan.ts');
  try {
    await registerKey(stack, made);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const undone = await api
      .call({ method: 'DELETE', path: ['keys', made.id] })
      .then(() => 'It was revoked again: nothing is left of it.')
      .catch(
        () =>
          `It could not be revoked again: \`hundredfold --stack ${stack.name} keys revoke ${made.id}\` does it.`,
      );
    throw new KeyNotRegisteredError(
      `${sentence(error.message)} API Gateway does not know the key. ${undone}`,
      {
        cause: error,
      },
    );
  }
}

/** Lets API Gateway forget a key that the service has revoked. What it keeps is of no use: the service refuses it. */
export async function unregisterWithStack(session: Session, id: string): Promise<void> {
  const { stack, terminal } = session;
  if (stack === null) return;
  const { unregisterKey } = await import('../aws/usage-plan.ts');
  try {
    await unregisterKey(stack, id);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    terminal.err.write(
      `warning: the service refuses the key, but API Gateway still has it: ${plain(sentence(error.message))} Revoke it once more to remove it there.\n`,
    );
    throw error;
  }
}

/** API Gateway could not be told of a key. */
export class KeyNotRegisteredError extends CliError {
  constructor(message: string, options?: ErrorOptions) {
    super('key_not_registered', message, options);
  }
}

function sentence(text: string): string {
  return /[.!?)]$/.test(text) ? text : `${text}.`;
}
