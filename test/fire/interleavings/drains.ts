import { isUnavailable } from '../../../database/index.ts';
import { Spool } from '../../../services/model-store/index.ts';
import { silentLog } from '../../../services/observability/error-log.ts';
import { noMetrics } from '../../../services/observability/metrics.ts';
import { drainSpool } from '../../../services/recording/drain-spool.ts';
import { Gate, type Halt } from './gate.ts';
import type { Work, Worker } from './trainers.ts';

/** Has one process empty the spool. */
export function startDrain(halt: Halt | null, { database, store, books }: Work): Worker {
  const gate = new Gate(halt);
  const ended = drainSpool({
    spool: new Spool(gate.around(store)),
    predictions: gate.around(database.predictions),
    metrics: noMetrics,
    log: silentLog,
  }).then(
    () => {},
    (error: unknown) => {
      if (!isUnavailable(error) && !gate.isDead) books.fault(`a drain threw ${String(error)}`);
    },
  );
  return { gate, ended };
}
