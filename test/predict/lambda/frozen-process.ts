// The predict function as a process that is sent events and sends back answers: a test freezes it in between, as Lambda does.
const { handler } = await import('../../../services/predict/lambda.ts');

process.on('message', async (event) => {
  const context = { awsRequestId: 'call', getRemainingTimeInMillis: () => 28_000 };
  process.send?.(await handler(event, context));
});
process.send?.('ready');
