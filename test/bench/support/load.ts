// Posts bodies to one URL over N connections for some seconds; prints what autocannon saw as JSON. A process of its
// own, so that the load does not take the server's core.
import autocannon from 'autocannon';

const [url = '', connections = '32', seconds = '5', bodies = '[]', kind = 'repeated', rate = '0'] =
  process.argv.slice(2);
const parsed: unknown = JSON.parse(bodies);
if (!Array.isArray(parsed)) throw new Error('bodies are a JSON array of strings');

let count = 0;
const fresh = (body: string) => `${body.slice(0, -2)} ${count++}"}`;

const result = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  // Requests a second in all; 0: as many as are answered.
  ...(rate === '0' ? {} : { overallRate: Number(rate) }),
  requests: parsed.map((body: string) => ({
    method: 'POST' as const,
    headers: { 'content-type': 'application/json' },
    body,
    // No two bodies alike: the text's last character makes room for a number.
    ...(kind === 'fresh' ? { setupRequest: (request: object) => ({ ...request, body: fresh(body) }) } : {}),
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
