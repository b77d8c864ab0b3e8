import net from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { migrate } from '../../../database/index.ts';
import { type Fate, watchStatements } from '../../support/statement-proxy.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';

let place: FreshDatabase;
beforeEach(async () => {
  place = await freshDatabase();
});
afterEach(() => place.drop());

/** What PostgreSQL says to whoever connects while it starts. */
function starting(): Buffer {
  const fields = ['SFATAL', 'VFATAL', 'C57P03', 'Mthe database system is starting up', ''].join('\0');
  const body = Buffer.from(`${fields}\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A server of its own port that is still starting for so many connections. */
async function startingServer(connectionString: string, refusals: number) {
  const proxy = await watchStatements(connectionString, () => 'pass');
  const { port } = new URL(proxy.connectionString);
  let connections = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    if (++connections <= refusals) {
      socket.resume().end(starting());
      return;
    }
    const upstream = net.connect(Number(port), '127.0.0.1');
    upstream.on('error', () => {}).on('close', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(proxy.connectionString);
  url.port = String((server.address() as net.AddressInfo).port);
  return {
    connectionString: url.href,
    async close() {
      await proxy.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

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
    const began = performance.now();
    await expect(migrate({ connectionString: server.connectionString, patience: 500 })).rejects.toMatchObject(
      { code: 'database_unreachable', cause: expect.objectContaining({ code: '57P03' }) },
    );
    expect(performance.now() - began).toBeLessThan(2_000);
    await server.close();
  });

  test('where nobody listens: is refused at once, and waited for where there is time', async () => {
    const connectionString = `postgresql://hundredfold@127.0.0.1:${await freePort()}/hundredfold`;
    const began = performance.now();
    await expect(migrate({ connectionString })).rejects.toMatchObject({ code: 'database_unreachable' });
    expect(performance.now() - began).toBeLessThan(1_000);
    await expect(migrate({ connectionString, patience: 400 })).rejects.toThrow(/127\.0\.0\.1:\d+ cannot be/);
    expect(performance.now() - began).toBeGreaterThan(300);
  });

  test('whose door is the wrong one: is refused at once, whatever the time', async () => {
    const url = new URL(place.connectionString);
    url.pathname = '/there_is_no_such_database';
    const began = performance.now();
    await expect(migrate({ connectionString: url.href, patience: 60_000 })).rejects.toMatchObject({
      code: 'database_unreachable',
      cause: expect.objectContaining({ code: '3D000' }),
    });
    expect(performance.now() - began).toBeLessThan(2_000);
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
    const { applied } = await migrate({ connectionString: proxy.connectionString, patience: 20_000 });
    expect(strikes).toBeGreaterThan(1);
    const { rowCount } = await place.client.query('select from hundredfold.migrations');
    expect(applied).toHaveLength(rowCount ?? 0);
    await proxy.close();
  });
});
