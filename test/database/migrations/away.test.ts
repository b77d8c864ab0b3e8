import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { migrate } from '../../../database/index.ts';
import { type Fate, watchStatements } from '../../support/statement-proxy.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { freePort, startingServer } from './starting-server.ts';

let place: FreshDatabase;
beforeEach(async () => {
  place = await freshDatabase();
});
afterEach(() => place.drop());

describe('migrating a database that is away', () => {
  test('which says that it is starting: is tried again without being told to, and reported', async () => {
    const server = await startingServer(place.connectionString, 3);
    const lines: string[] = [];
    const { connectionString } = server;
    const { applied } = await migrate({ connectionString, report: (line) => lines.push(line) });
    expect(applied.length).toBeGreaterThan(10);
    expect(lines[0]).toMatch(
      /^The database at 127\.0\.0\.1:\d+ does not answer yet \(the database system is starting up\); trying again for up to 60 s\.$/,
    );
    await server.close();
  });

  test('which says so for longer than it is given: is refused when the time is up', async () => {
    const server = await startingServer(place.connectionString, 1_000);
    await expect(migrate({ connectionString: server.connectionString, patience: 500 })).rejects.toMatchObject(
      { code: 'database_unreachable', cause: expect.objectContaining({ code: '57P03' }) },
    );
    await server.close();
  });

  test('where nobody listens: is refused at once, and waited for where there is time', async () => {
    const connectionString = `postgresql://hundredfold@127.0.0.1:${await freePort()}/hundredfold`;
    const lines: string[] = [];
    const report = (line: string) => void lines.push(line);
    await expect(migrate({ connectionString, report })).rejects.toMatchObject({
      code: 'database_unreachable',
    });
    expect(lines).toEqual([]);
    await expect(migrate({ connectionString, report, patience: 400 })).rejects.toThrow(
      /127\.0\.0\.1:\d+ cannot be/,
    );
    expect(lines).toEqual([expect.stringMatching(/does not answer yet .*; trying again for up to/)]);
  });

  test('whose door is the wrong one: is refused at once, whatever the time', async () => {
    const url = new URL(place.connectionString);
    url.pathname = '/there_is_no_such_database';
    await expect(migrate({ connectionString: url.href, patience: 600_000 })).rejects.toMatchObject({
      code: 'database_unreachable',
      cause: expect.objectContaining({ code: '3D000' }),
    });
  });

  test('and goes away in the middle: is gone on with where there is time', async () => {
    let strikes = 0;
    const proxy = await watchStatements(
      place.connectionString,
      async ({ number, phase, backend }): Promise<Fate> => {
        if (number % 60 !== 0 || phase !== 'arrived') return 'pass';
        strikes++;
        await place.client.query('select pg_terminate_backend($1, 5000)', [backend]);
        return 'pass';
      },
    );
    const { applied } = await migrate({ connectionString: proxy.connectionString, patience: 600_000 });
    expect(strikes).toBeGreaterThan(1);
    const { rowCount } = await place.client.query('select from hundredfold.migrations');
    expect(applied).toHaveLength(rowCount ?? 0);
    await proxy.close();
  });
});
