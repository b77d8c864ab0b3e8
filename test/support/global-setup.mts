import path from 'node:path';
import { offerTestStack, type TestStack } from '../infra/templates/stack-server.ts';
import { bundlePackages } from './bundled-packages.mts';
import { offerTestPostgres, type TestPostgres } from './postgres-server.ts';

let postgres: TestPostgres | undefined;
let stack: TestStack | undefined;

/** Before the run: bundles packages, opens the doors at which test files ask for PostgreSQL and for the stack. The workers inherit the variables. */
export default async function globalSetup(): Promise<void> {
  await bundlePackages();
  postgres = await offerTestPostgres();
  process.env.HUNDREDFOLD_TEST_POSTGRES = postgres.address;
  stack = await offerTestStack(path.dirname(postgres.address));
  process.env.HUNDREDFOLD_TEST_STACK = stack.address;
}

/** After the run: stops PostgreSQL if anybody asked for it, and removes everything with its folder. */
export async function globalTeardown(): Promise<void> {
  await stack?.stop();
  await postgres?.stop();
}
