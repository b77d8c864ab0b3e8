import { jsonLog, type LogLevel } from '../observability/json-log.ts';
import type { Log } from '../observability/log.ts';
import { EnvironmentError } from '../settings/environment.ts';
import { Shutdown } from './shutdown.ts';

/** A service that runs until it is told to end. */
export interface Runnable<Settings extends { readonly logLevel: LogLevel }> {
  /** As the log calls it. */
  readonly name: string;
  /** @throws EnvironmentError */
  readonly settings: () => Settings;
  /** Opens everything, adding to `shutdown` how to close it as it goes; resolves once it is ready. */
  readonly start: (settings: Settings, log: Log, shutdown: Shutdown) => Promise<void>;
  /** Takes a line without its end. */
  readonly write: (line: string) => void;
  /** Takes what is said before there is a log. */
  readonly complain: (message: string) => void;
}

/**
 * Runs a service until SIGTERM or SIGINT, then closes what it opened and exits 0. Where it cannot start it says why,
 * closes what was open by then, and exits 1.
 */
export async function runService<Settings extends { readonly logLevel: LogLevel }>(
  service: Runnable<Settings>,
): Promise<void> {
  let log: Log | null = null;
  const shutdown = new Shutdown({ report: (line) => log?.warn(line) });
  try {
    const settings = service.settings();
    log = jsonLog({ service: service.name, level: settings.logLevel, write: service.write });
    shutdown.listen();
    await service.start(settings, log, shutdown);
  } catch (error) {
    if (error instanceof EnvironmentError) service.complain(error.message);
    else log?.error('the service cannot start', error);
    await shutdown.begin(1);
  }
}
