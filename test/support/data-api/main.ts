import { startDataApi } from './data-api.ts';

/**
 * The stand-in as a process, for containers: `DATABASE_URL=postgres://… PORT=8080 HOST=0.0.0.0 node main.ts`. Prints
 * one line when it listens, and ends on SIGTERM and SIGINT.
 */
const { DATABASE_URL, HOST = '127.0.0.1', PORT = '8080', RESOURCE_ARN, SECRET_ARN } = process.env;
if (DATABASE_URL === undefined)
  throw new Error('DATABASE_URL is not set: which PostgreSQL is to stand behind the API?');
const api = await startDataApi({
  connectionString: DATABASE_URL,
  host: HOST,
  port: Number(PORT),
  ...(RESOURCE_ARN === undefined ? {} : { resourceArn: RESOURCE_ARN }),
  ...(SECRET_ARN === undefined ? {} : { secretArn: SECRET_ARN }),
});
console.log(`The Data API's stand-in listens on ${api.endpoint} for ${api.resourceArn} and ${api.secretArn}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void api.close().then(() => process.exit(0)));
}
