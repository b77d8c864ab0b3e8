import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { S3Limits, S3StoreSettings } from './s3.settings.ts';

/**
 * The SDK's client. It tries each request once: what is tried again, and until when, the store decides, for whole calls
 * with their bodies. Checksums are the SDK's default, set here so that no variable or shared file takes them away: a
 * CRC32 goes with each object and is compared by the server; the one that comes back is compared by the SDK.
 */
export function s3Client(settings: S3StoreSettings, limits: S3Limits): S3Client {
  const { region, endpoint, forcePathStyle, credentials } = settings;
  return new S3Client({
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_SUPPORTED',
    responseChecksumValidation: 'WHEN_SUPPORTED',
    requestHandler: new NodeHttpHandler({ connectionTimeout: limits.connect }),
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(forcePathStyle === undefined ? {} : { forcePathStyle }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}
