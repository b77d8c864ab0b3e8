import { DefinitionChangedError, type Verdict } from '../../database/index.ts';

/** The verdict of a training that could not be carried out. */
export function failure(error: unknown): Verdict {
  const reason =
    error instanceof DefinitionChangedError
      ? 'The inputs or the target of the predictor changed while it was trained; the next training uses the new ones.'
      : error instanceof Error
        ? error.message
        : String(error);
  return {
    verdict: 'failed',
    reason,
    fingerprint: null,
    judgement: null,
    champion: null,
    model: null,
    learned: '{}',
    learnedLabels: '{}',
  };
}
