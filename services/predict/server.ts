// The HTTP service as a server, for a container. Importing this starts nothing.
import { runService } from '../process/run-service.ts';
import { readServerSettings } from './server/settings.ts';
import { startServer } from './server/start.ts';

/** Answers over HTTP until SIGTERM or SIGINT; the process then exits, or with 1 where it cannot start. */
export async function serve(variables: Readonly<Record<string, string | undefined>>): Promise<void> {
  await runService({
    name: 'predict',
    settings: () => readServerSettings(variables),
    start: startServer,
    write: (line) => process.stdout.write(`${line}\n`),
    complain: (message) => process.stderr.write(`${message}\n`),
  });
}
