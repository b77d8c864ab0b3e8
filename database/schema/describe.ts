import { readFile } from 'node:fs/promises';
import pg from 'pg';

const heading =
  '-- The schema after every migration, for reading. Made by `npm run schema`; never applied.\n\n';

/** The schema of a migrated database as text, the same for equal schemas whatever migrations led there. */
export async function describeSchema(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    // Every name in full, whoever asks.
    await client.query('set search_path to pg_catalog');
    const { rows } = await client.query<{ schema: string }>(
      await readFile(new URL('./describe.sql', import.meta.url), 'utf8'),
    );
    return `${heading}${rows[0]?.schema ?? ''}\n`;
  } finally {
    await client.end();
  }
}
