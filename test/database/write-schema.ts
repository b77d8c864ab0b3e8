// Writes database/schema.sql from the migrations: `npm run schema`.
import { writeFile } from 'node:fs/promises';
import { describeSchema } from '../../database/schema/describe.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { offerTestPostgres } from '../support/postgres-server.ts';

const postgres = await offerTestPostgres();
process.env.HUNDREDFOLD_TEST_POSTGRES = postgres.address;
try {
  const place = await createTestDatabase();
  await writeFile(
    new URL('../../database/schema.sql', import.meta.url),
    await describeSchema(place.connectionString),
  );
  await place.drop();
} finally {
  await postgres.stop();
}
