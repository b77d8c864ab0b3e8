// `npm start`: all of Hundredfold on this machine.
import { DatabaseError } from '../../database/index.ts';
import { AccessError } from '../predict/access/access.error.ts';
import { Shutdown } from '../process/shutdown.ts';
import { EnvironmentError } from '../settings/environment.ts';
import { openDataFolder } from './data-folder/open.ts';
import { applyExample } from './first-start/example.ts';
import { whatToTry } from './first-start/what-to-try.ts';
import { LocalError } from './local.error.ts';
import { startPostgres } from './postgres/start.ts';
import { startRuntime } from './runtime.ts';
import { readSettings, type Settings, USAGE } from './settings.ts';

/** What is said without a stack: the user can do something about it. */
const KNOWN = [LocalError, DatabaseError, AccessError, EnvironmentError];
const report = (line: string) => console.log(line);

async function start(settings: Settings, shutdown: Shutdown): Promise<void> {
  const folder = await openDataFolder(settings.data);
  shutdown.add('the data folder', () => folder.close());
  const connectionString = settings.databaseUrl ?? (await embedded(folder.postgres, shutdown));
  if (shutdown.hasBegun) return;
  const { url, ownHeaders } = await startRuntime(
    {
      connectionString,
      storeFolder: folder.store,
      host: settings.host,
      port: settings.port,
      adminKey: settings.adminKey,
      adminKeyFile: settings.adminKeyFile,
      rateLimit: settings.rateLimit,
      corsOrigins: settings.corsOrigins,
      report,
    },
    shutdown,
  );
  const example = await applyExample({ url, headers: ownHeaders }, folder.path, settings.empty, report);
  report(`Hundredfold is ready on ${url}`);
  report(whatToTry(url, example || !settings.empty));
}

async function embedded(cluster: string, shutdown: Shutdown): Promise<string> {
  const starting = startPostgres({
    folder: cluster,
    report,
    onRestart: () => report('PostgreSQL ended by itself and was started again.'),
  });
  // Also when the signal comes before it runs.
  shutdown.add('PostgreSQL', async () => (await starting.catch(() => null))?.stop(), 8_000);
  const postgres = await starting;
  return postgres.connectionString;
}

// The terminal may be closed before we are.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
const shutdown = new Shutdown({ report });
try {
  const settings = readSettings(process.argv.slice(2), process.env, process.cwd());
  if (settings === 'help') {
    report(USAGE);
  } else {
    shutdown.listen();
    await start(settings, shutdown);
  }
} catch (error) {
  const known = KNOWN.find((family) => error instanceof family);
  console.error(
    error instanceof Error && known !== undefined && 'code' in error
      ? `${error.message} (${error.code})`
      : error,
  );
  await shutdown.begin(1);
}
