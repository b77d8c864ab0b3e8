import { readModel } from '../model/read.ts';
import type { Artifact } from '../model/write.ts';
import type { Row } from '../predictor/definition.ts';
import { TrainingError } from '../training.error.ts';

/** How many rows a model is asked for before it is let go of. */
const ROWS = 100;

/**
 * Reads the bytes as what serves reads them, and asks the model for some of the rows that it learned from.
 * @throws TrainingError `unreadable_model`: the bytes are of no use to anybody
 */
export function readBack(artifact: Artifact, rows: readonly Row[]): Artifact {
  try {
    const model = readModel(artifact.bytes);
    const step = Math.max(1, Math.floor(rows.length / ROWS));
    for (let r = 0; r < rows.length; r += step) {
      const answer = model.answer(rows[r] ?? {});
      const figures =
        'suggestions' in answer
          ? answer.suggestions.map(({ probability }) => probability)
          : [answer.value, answer.interval.low, answer.interval.high];
      if (!figures.every(Number.isFinite)) throw new Error(`it answers ${JSON.stringify(answer)}`);
    }
    return artifact;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TrainingError('unreadable_model', `The model that was made cannot be used: ${why}.`, { cause });
  }
}
