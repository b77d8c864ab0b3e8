/**
 * The environment variables of the programs that run as services: their names, and nothing else. Entry files read
 * them (`readDatabase`, `readBuckets` and their own), the stack and compose.yaml set them.
 */
export const VARIABLES = {
  /** `postgresql://…`: a PostgreSQL that is connected to. Either this, or the three of the Data API. */
  databaseUrl: 'HUNDREDFOLD_DATABASE_URL',
  /** A file that holds the password of the above, which then needs none in it. */
  databasePasswordFile: 'HUNDREDFOLD_DATABASE_PASSWORD_FILE',
  /** An Aurora cluster that is reached over the RDS Data API: its ARN, its secret's ARN, the database in it. */
  databaseArn: 'HUNDREDFOLD_DATABASE_ARN',
  databaseSecretArn: 'HUNDREDFOLD_DATABASE_SECRET_ARN',
  databaseName: 'HUNDREDFOLD_DATABASE_NAME',
  /** Where the Data API is asked, if not in AWS. */
  databaseEndpoint: 'HUNDREDFOLD_DATABASE_ENDPOINT',
  /** The bucket of models and pointers. */
  modelsBucket: 'HUNDREDFOLD_MODELS_BUCKET',
  /** The unversioned bucket of what waits for the database: spooled predictions and the marker of a dispatch. */
  spoolBucket: 'HUNDREDFOLD_SPOOL_BUCKET',
  /** Where S3 is asked, if not in AWS; paths instead of host names are used then. */
  s3Endpoint: 'HUNDREDFOLD_S3_ENDPOINT',
  /** The name or ARN of the train function, as the database or the sweep invokes it. */
  trainFunction: 'HUNDREDFOLD_TRAIN_FUNCTION',
  /** Where Lambda is asked, if not in AWS. */
  lambdaEndpoint: 'HUNDREDFOLD_LAMBDA_ENDPOINT',
  /** Where a service listens when it runs as a server. */
  host: 'HUNDREDFOLD_HOST',
  port: 'HUNDREDFOLD_PORT',
  /** The first admin key: its value, or a file that holds it and is written where it is missing. */
  adminKey: 'HUNDREDFOLD_ADMIN_KEY',
  adminKeyFile: 'HUNDREDFOLD_ADMIN_KEY_FILE',
  /** Requests a second for one key of a server; 0 for no limit. */
  rateLimit: 'HUNDREDFOLD_RATE_LIMIT',
  /** Origins whose pages may call a server from a browser, separated by commas. */
  corsOrigins: 'HUNDREDFOLD_CORS_ORIGINS',
  /** `error`, `warn`, `info` or `debug`. */
  logLevel: 'HUNDREDFOLD_LOG_LEVEL',
} as const;
