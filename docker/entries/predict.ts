// What the predict image runs: `index.handler` and `index.sweep` under Lambda, `serve` under the executable `server`.
import type { LambdaContext } from '../../services/predict/sweep.ts';

export { handler } from '../../services/predict/lambda.ts';

// What another front door needs is not evaluated in this one's cold start.

/** The sweep, as a function of its own. */
export async function sweep(event: unknown, context: LambdaContext): Promise<unknown> {
  const front = await import('../../services/predict/sweep.ts');
  return front.sweep(event, context);
}

/** Answers over HTTP until it is told to end. */
export async function serve(variables: Readonly<Record<string, string | undefined>>): Promise<void> {
  const front = await import('../../services/predict/server.ts');
  await front.serve(variables);
}
