import type { Database } from '../../../database/index.ts';
import type { Trainer } from './trainer.ts';

/** Has the trainer do what was asked for while nobody listened; of a database that is away nothing is learned. */
export async function enqueueUnfinished(
  { retrainings, reproductions }: Pick<Database, 'retrainings' | 'reproductions'>,
  trainer: Trainer,
): Promise<void> {
  for (const name of await retrainings.unfinished().catch(() => [])) trainer.enqueue(name);
  for (const { predictor, reproduction } of await reproductions.unfinished().catch(() => [])) {
    trainer.enqueue(predictor, reproduction);
  }
}
