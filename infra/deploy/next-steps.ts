/** The outputs of a stack, by their names. */
export type Outputs = Readonly<Record<string, string>>;

/** The stack's outputs in what `cdk deploy --outputs-file` wrote; none where it wrote none. */
export function outputsOf(document: unknown, stack: string): Outputs {
  const found = typeof document === 'object' && document !== null ? Reflect.get(document, stack) : undefined;
  if (typeof found !== 'object' || found === null) return {};
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, String(value)]));
}

/** What was made, and the commands to try first: from nothing to a first model and an answer. */
export function nextSteps(stack: string, outputs: Outputs): string {
  const at = `npx hundredfold --stack ${stack}`;
  const region = outputs.Region ?? 'the region';
  return `
${stack} is deployed in ${region}: ${outputs.ApiUrl ?? 'its outputs say where'}

Try, with the same AWS credentials and AWS_REGION=${region}:
  ${at} keys add read
  ${at} keys add predict --note "the first product"
  ${at} apply examples/services/predictor.json
  ${at} import services examples/services/rows.csv
  ${at} status services
  ${at} predict services query=dentis

The first training begins within minutes; status shows its model. The first call after a pause waits some 15 seconds for the
database; answers do not. What it costs: npm run cost.
What goes wrong, and what to do: docs/guide/deploy.md. To take it down: npm run destroy.`;
}
