// Posts bodies to one URL over N connections for some seconds; prints what autocannon saw as JSON. A process of its
// own, so that the load does not take the server's core.
import autocannon from 'autocannon';

const [url = '', connections = '32', seconds = '5', bodies = '[]'] = process.argv.slice(2);
const parsed: unknown = JSON.parse(bodies);
if (!Array.isArray(parsed)) throw new Error('bodies are a JSON array of strings');

const result = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  requests: parsed.map((body: string) => ({
    method: 'POST' as const,
    headers: { 'content-type': 'application/json' },
    body,
  })),
});
console.log(
  JSON.stringify({
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors + result.timeouts,
  }),
);
