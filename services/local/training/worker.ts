// The training thread: reads, fits, judges and publishes off the thread that answers requests.
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../../database/index.ts';
import { DirectoryStore } from '../../model-store/index.ts';
import { retrain } from '../../train/index.ts';
import type { FromThread, ToThread, TrainingThreadData } from './protocol.ts';

/** Between two steps longer apart than this, leases are renewed and messages read. */
const BREATHE_MS = 40;

const data: TrainingThreadData = workerData;
const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a thread of the server');

// One connection for the work, one for the lease beside it.
const database = openDatabase({ connectionString: data.connectionString, connections: 2 });
const store = new DirectoryStore(data.storeFolder);
const stopping = new AbortController();
let last = performance.now();

port.on('message', (message: ToThread) => {
  if ('stop' in message) stopping.abort();
  else void work(message.train);
});

async function work(predictor: string): Promise<void> {
  try {
    const done = await retrain(predictor, {
      database,
      store,
      codeVersion: data.codeVersion,
      leaseSeconds: data.leaseSeconds,
      report: (progress) => tell({ progress, predictor }),
      pause,
      signal: stopping.signal,
    });
    tell({ done, predictor });
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error), predictor });
  }
}

function pause(): Promise<void> | undefined {
  if (performance.now() - last < BREATHE_MS) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      last = performance.now();
      resolve();
    });
  });
}

function tell(message: FromThread): void {
  port?.postMessage(message);
}
