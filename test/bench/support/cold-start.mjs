// A process as Lambda starts one: loads a file, has its `handler` answer an event, and says how long it took from the
// process's own start. Arguments: the file, the event.
const [, , file = '', event = '{}'] = process.argv;
const { handler } = await import(file);
const loaded = performance.now();
const { statusCode, body } = await handler(JSON.parse(event), {
  awsRequestId: 'bench',
  getRemainingTimeInMillis: () => 28_000,
});
const answered = performance.now();
const { user, system } = process.cpuUsage();
const cpu = (user + system) / 1_000;
console.log(
  `COLD ${JSON.stringify({ loaded, answered, cpu, resident: process.memoryUsage.rss() / 1e6, statusCode, body })}`,
);
process.exit(0);
