import pg from 'pg';

const DUPLICATE_DATABASE = '42P04';

/** `postgresql://` for a socket in `socketFolder`, as pg and libpq (psql, pg_dump) read it. */
export function socketConnectionString(socketFolder: string, user: string, database: string): string {
  return `postgresql://${user}@${encodeURIComponent(socketFolder)}/${database}`;
}

/** Makes the database `name`, owned by the user of `administration`, unless it is there. */
export async function ensureDatabase(administration: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: administration });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== DUPLICATE_DATABASE) throw error;
  } finally {
    await client.end();
  }
}
