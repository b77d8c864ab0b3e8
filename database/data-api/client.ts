import { RDSDataClient, type RDSDataClientConfig } from '@aws-sdk/client-rds-data';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export interface DataApiClientSettings {
  /** Another address than the region's own: a VPC endpoint, a stand-in. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: NonNullable<RDSDataClientConfig['credentials']> | undefined;
  /** How long to wait for a connection, in milliseconds. */
  readonly connectionTimeout?: number;
  /** How long to wait for an answer, in milliseconds: more than the 45 s that the API gives a statement. */
  readonly requestTimeout?: number;
}

/** A client whose every wait is bounded, and which tries nothing again: that is the dialect's part. */
export function createDataApiClient({
  connectionTimeout = 2_000,
  requestTimeout = 50_000,
  endpoint,
  region,
  credentials,
}: DataApiClientSettings = {}): RDSDataClient {
  return new RDSDataClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ connectionTimeout, requestTimeout, throwOnRequestTimeout: true }),
  });
}
