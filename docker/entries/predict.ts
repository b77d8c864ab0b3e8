// What the predict image runs: `index.handler` and `index.sweep` under Lambda, `serve` under the executable `server`.
export { handler } from '../../services/predict/lambda.ts';

// What another front door needs is not evaluated in a function's cold start.

/** Answers over HTTP until it is told to end. */
export async function serve(variables: Readonly<Record<string, string | undefined>>): Promise<void> {
  const front = await import('../../services/predict/server.ts');
  await front.serve(variables);
}
