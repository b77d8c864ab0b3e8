import type { Database } from '../../../database/index.ts';
import type { DispatchMarks } from '../../model-store/index.ts';
import type { Log } from '../../observability/log.ts';
import type { Metrics } from '../../observability/metrics.ts';

export interface ChainOptions {
  readonly database: Pick<Database, 'work' | 'retrainings' | 'reproductions'>;
  readonly marks: DispatchMarks;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * After a training: has the database send what waits next, the marker first, and removes the marker where nothing is
 * pending any more. What goes wrong is logged and nothing more: the sweep finds the marker.
 */
export async function sendNext({ database, marks, log, metrics }: ChainOptions): Promise<void> {
  try {
    // Before the database is asked: what is put after this look is not ours to remove.
    const seen = await marks.look();
    const left = await database.work.left();
    if (!left.pending || left.notBefore !== null) {
      await marks.settle(seen, left);
      return;
    }
    if (seen === null) await marks.put();
    const { failed } = await database.retrainings.dispatch();
    if (failed) metrics.add('hundredfold_dispatch_failures_total');
    await database.reproductions.dispatch();
  } catch (error) {
    metrics.add('hundredfold_dispatch_failures_total');
    log.error('what waits next could not be sent; the sweep sends it', error);
  }
}
