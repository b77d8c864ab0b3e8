// One training and no more, for a container that is started for it: Fargate, a batch queue. Importing this starts nothing.
import { runService } from '../process/run-service.ts';
import { readTaskSettings } from './server/settings.ts';
import { carryOut } from './server/task.ts';

/**
 * Trains the predictor that the first argument names, and exits: 0 with any verdict but `failed`, else 1. What is pending
 * is carried out; where nothing is, a training is asked for first. SIGTERM gives it back.
 */
export async function task(
  variables: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): Promise<void> {
  const [predictor] = args;
  if (predictor === undefined || args.length > 1) {
    process.stderr.write('usage: task PREDICTOR\n');
    process.exit(2);
  }
  await runService({
    name: 'train',
    settings: () => readTaskSettings(variables),
    start: (settings, log, shutdown) => carryOut(predictor, settings, log, shutdown),
    write: (line) => process.stdout.write(`${line}\n`),
    complain: (message) => process.stderr.write(`${message}\n`),
  });
}
