import type { MiddlewareStack } from '@smithy/types';

/**
 * Keeps the SDK from sending a command a second time, whatever the client's own settings for retries: it does so also
 * after a lost answer or a 500, when the statement may have been carried out already. The failure of the first attempt
 * is what every further one ends with.
 */
export function sendOnce<I extends object, O extends object>(middlewares: MiddlewareStack<I, O>): void {
  let failure: { readonly error: unknown } | null = null;
  middlewares.add(
    (next) => async (input) => {
      if (failure !== null) throw failure.error;
      try {
        return await next(input);
      } catch (error) {
        failure = { error };
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'sendOnce' },
  );
}
