import type { AddressInfo } from 'node:net';
import pg from 'pg';
import type { KeyRole } from '../../../database/index.ts';
import { alignKeys } from '../../../services/model-store/keys-object.ts';
import { newKey } from '../../../services/predict/access/key.ts';
import { KeyRing } from '../../../services/predict/access/key-ring.ts';
import { KeyedAccess, type KeyedAccessOptions } from '../../../services/predict/access/keyed-access.ts';
import type { AppSettings } from '../../../services/predict/context/app.settings.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { startService, type TestService } from '../support/service.ts';

/** The service with keys, listening. */
export interface KeyedService {
  readonly service: TestService;
  readonly ring: KeyRing;
  readonly url: string;
  /** Adds a key past the API, and returns it. */
  add(role: KeyRole): Promise<string>;
  /** What the database keeps of keys, and to answer again. */
  kept(): Promise<string>;
  stop(): Promise<void>;
}

export async function startKeyedService(
  options: Omit<KeyedAccessOptions, 'ring'> = {},
  settings: Partial<AppSettings> = {},
): Promise<KeyedService> {
  const rings: KeyRing[] = [];
  const { connectionString, drop } = await createTestDatabase();
  const service = await startService({
    ...settings,
    connectionString,
    access: (store) => {
      const ring = new KeyRing({ store });
      rings.push(ring);
      return new KeyedAccess({ ...options, ring });
    },
  });
  const [ring] = rings;
  if (ring === undefined) throw new Error('the service has no ring');
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.app.server.address() as AddressInfo;
  return {
    service,
    ring,
    url: `http://127.0.0.1:${port}`,
    async add(role) {
      const { key, stored } = newKey(role);
      await service.database.keys.add(stored, null);
      await alignKeys(service.database, service.store);
      await ring.refresh();
      return key;
    },
    async kept() {
      const client = new pg.Client({ connectionString });
      await client.connect();
      const rows: unknown[] = [];
      for (const table of ['api_keys', 'idempotency_keys', 'settings']) {
        rows.push((await client.query(`select * from hundredfold.${table}`)).rows);
      }
      await client.end();
      return JSON.stringify(rows);
    },
    async stop() {
      await service.stop();
      await drop();
    },
  };
}
