import { isBlock, type Spool } from '../../model-store/index.ts';
import type { Metrics } from '../../observability/metrics.ts';

/** Objects that are read to learn how old the oldest is: ids of the usual kind are listed in the order of their time. */
const SAMPLE = 50;

/** Says how many predictions lie in the spool, and for how long the oldest has. */
export async function showSpool(spool: Spool, metrics: Metrics, now: number): Promise<void> {
  let rows = 0;
  let looked = 0;
  let oldest = now;
  for await (const name of spool.names()) {
    if (looked >= SAMPLE && !isBlock(name)) {
      rows++;
      continue;
    }
    looked++;
    // One that is taken out meanwhile, or cannot be read, tells nothing.
    const predictions = (await spool.read(name).catch(() => null)) ?? [];
    rows += Math.max(1, predictions.length);
    for (const { answeredAt } of predictions) oldest = Math.min(oldest, answeredAt);
  }
  metrics.set('hundredfold_spool_objects', rows);
  metrics.set('hundredfold_spool_oldest_seconds', (now - oldest) / 1000);
}
