import type { Log } from '../observability/log.ts';
import type { Progress } from './progress.ts';

/** Between two lines of one step, at least. */
const EVERY_MS = 30_000;

/** Writes a training's progress as lines of the log: each step once, and a long one now and then. */
export function progressLines(log: Log, predictor: string): (progress: Progress) => void {
  let last = '';
  let said = 0;
  return ({ step, done, of }) => {
    if (step === last && performance.now() - said < EVERY_MS) return;
    last = step;
    said = performance.now();
    log.info(`training ${predictor}: ${step}`, { predictor, step, done, of });
  };
}
