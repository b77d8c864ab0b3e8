// The training service as a server, for a container. Importing this starts nothing.
import { runService } from '../process/run-service.ts';
import { readTrainServerSettings } from './server/settings.ts';
import { startTraining } from './server/start.ts';

/** Carries out what the database asks for until SIGTERM or SIGINT; the process then exits, or with 1 where it cannot start. */
export async function serve(variables: Readonly<Record<string, string | undefined>>): Promise<void> {
  await runService({
    name: 'train',
    settings: () => readTrainServerSettings(variables),
    start: startTraining,
    write: (line) => process.stdout.write(`${line}\n`),
    complain: (message) => process.stderr.write(`${message}\n`),
  });
}
