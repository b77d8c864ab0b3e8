import { DirectoryStore } from '../../../services/model-store/index.ts';
import type { AppSettings } from '../../../services/predict/context/app.settings.ts';
import { buildApp } from '../../../services/predict/service/app.ts';
import { Champions } from '../../../services/serving/champions.ts';
import { type DriverName, type OpenedByDriver, openBy } from '../../database/drivers.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { PATIENT } from '../../support/patience.ts';

/** The service that listens, over a database of its own reached by one of the drivers. */
export interface ListeningService extends Pick<OpenedByDriver, 'database' | 'connectionString'> {
  readonly url: string;
  stop(): Promise<void>;
}

export async function listenOver(
  driver: DriverName,
  settings: Partial<AppSettings> = {},
): Promise<ListeningService> {
  const [opened, folder] = await Promise.all([openBy(driver, 6), temporaryFolder()]);
  const { database, connectionString } = opened;
  const store = new DirectoryStore(folder.path);
  const app = buildApp({
    database,
    store,
    champions: new Champions({ store }),
    settings: { ...PATIENT, ...settings },
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    database,
    connectionString,
    async stop() {
      await app.close();
      await opened.close();
      await folder.remove();
    },
  };
}
