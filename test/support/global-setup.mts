import { offerTestPostgres, type TestPostgres } from './postgres-server.ts';

let postgres: TestPostgres | undefined;

/** Before the run: opens the door at which test files ask for PostgreSQL. The workers inherit the variable. */
export default async function globalSetup(): Promise<void> {
  postgres = await offerTestPostgres();
  process.env.HUNDREDFOLD_TEST_POSTGRES = postgres.address;
}

/** After the run: stops PostgreSQL if anybody asked for it. */
export async function globalTeardown(): Promise<void> {
  await postgres?.stop();
}
