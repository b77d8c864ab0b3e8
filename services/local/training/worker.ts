// The training process: reads, fits, judges and publishes apart from the process that answers requests, so that a
// training takes neither its time nor, once it is over, its memory.
import { openDatabase } from '../../../database/index.ts';
import { DirectoryStore } from '../../model-store/index.ts';
import { reproduce, retrain } from '../../train/index.ts';
import { breathing } from '../../train/queue/breathe.ts';
import type { FromTraining, ToTraining, TrainingProcessData } from './protocol.ts';

const stopping = new AbortController();

// A terminal's Ctrl-C reaches every process of the group; when to end is the server's to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// The server is gone, however it went.
process.on('disconnect', () => process.exit(0));

process.once('message', (first: ToTraining) => {
  if (!('start' in first)) throw new Error('the first message says what to work with');
  const { train, makeAgain } = workOn(first.start);
  process.on('message', (message: ToTraining) => {
    if ('stop' in message) stopping.abort();
    else if ('train' in message) void answered(train(message.train));
    else if ('reproduce' in message) void answered(makeAgain(message.reproduce));
  });
});

function workOn({ codeVersion, leaseSeconds, connectionString, storeFolder }: TrainingProcessData) {
  const database = openDatabase({ connectionString, connections: 2 });
  const options = {
    database,
    store: new DirectoryStore(storeFolder),
    codeVersion,
    leaseSeconds,
    renewFrom: { connectionString },
    pause: breathing(),
    signal: stopping.signal,
  };
  return {
    train: async (predictor: string): Promise<FromTraining> => ({
      done: await retrain(predictor, {
        ...options,
        onClaim: ({ id, token }) => tell({ claimed: { id, token } }),
        report: (progress) => tell({ progress, predictor }),
      }),
    }),
    makeAgain: async (id: string): Promise<FromTraining> => ({ reproduced: await reproduce(id, options) }),
  };
}

async function answered(work: Promise<FromTraining>): Promise<void> {
  tell(
    await work.catch((error: unknown) => ({
      failed: error instanceof Error ? error.message : String(error),
    })),
  );
}

function tell(message: FromTraining): void {
  process.send?.(message);
}
