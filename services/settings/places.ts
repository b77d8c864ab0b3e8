import { readFileSync } from 'node:fs';
import type { DatabaseOptions } from '../../database/index.ts';
import type { S3StoreSettings } from '../model-store/index.ts';
import type { Environment } from './environment.ts';
import { VARIABLES } from './variables.ts';

/**
 * Where the database is, as the environment says. Values are never repeated in a problem: they may hold a password.
 * `resumeBudget`: for how many milliseconds a paused cluster is waited for, where it is reached over the Data API.
 */
export function readDatabase(
  environment: Environment,
  { resumeBudget }: { readonly resumeBudget?: number } = {},
): DatabaseOptions {
  const url = environment.optional(VARIABLES.databaseUrl);
  if (url !== null) {
    if (!/^postgres(ql)?:\/\/./.test(url)) {
      environment.problem(`${VARIABLES.databaseUrl} begins with postgresql://.`);
    }
    return { connectionString: withPassword(url, environment) };
  }
  if (environment.optional(VARIABLES.databaseArn) === null) {
    environment.problem(
      `${VARIABLES.databaseUrl} is missing: a PostgreSQL to connect to (or ${VARIABLES.databaseArn}, ` +
        `${VARIABLES.databaseSecretArn} and ${VARIABLES.databaseName}: an Aurora cluster with the Data API).`,
    );
    return { connectionString: '' };
  }
  const endpoint = environment.optional(VARIABLES.databaseEndpoint);
  return {
    dataApi: {
      resourceArn: environment.required(VARIABLES.databaseArn, 'the ARN of the Aurora cluster'),
      secretArn: environment.required(VARIABLES.databaseSecretArn, "the ARN of the cluster's secret"),
      database: environment.required(VARIABLES.databaseName, 'the name of the database'),
      ...(endpoint === null ? {} : { endpoint }),
      ...(resumeBudget === undefined ? {} : { resumeBudget }),
    },
  };
}

/** The two buckets: models and pointers, and what waits for the database. */
export function readBuckets(environment: Environment): { models: S3StoreSettings; spool: S3StoreSettings } {
  const endpoint = environment.optional(VARIABLES.s3Endpoint);
  const shared = endpoint === null ? {} : { endpoint, forcePathStyle: true };
  const models = environment.required(VARIABLES.modelsBucket, 'the bucket of models and pointers');
  const spool = environment.required(VARIABLES.spoolBucket, 'the bucket of what waits for the database');
  return { models: { ...shared, bucket: models }, spool: { ...shared, bucket: spool } };
}

/** A container's secrets are files: what an environment variable holds, everybody sees who may inspect the container. */
function withPassword(url: string, environment: Environment): string {
  const file = environment.optional(VARIABLES.databasePasswordFile);
  if (file === null || !URL.canParse(url)) return url;
  try {
    const place = new URL(url);
    place.password = encodeURIComponent(readFileSync(file, 'utf8').trim());
    return place.href;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    environment.problem(`${VARIABLES.databasePasswordFile} names a file that cannot be read: ${why}.`);
    return url;
  }
}
