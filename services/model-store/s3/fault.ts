import { S3ServiceException } from '@aws-sdk/client-s3';
import type { ModelStoreErrorCode } from '../errors.ts';

/** What an answer or a failure of S3 means to the store. */
export interface Fault {
  /** `again` may pass by itself; `conflict` too, as soon as the other writer is done; `final` does not. */
  readonly means: 'absent' | 'unchanged' | 'precondition' | 'conflict' | 'again' | 'damaged' | 'final';
  readonly code: ModelStoreErrorCode;
  /** What happened and what to do, without a secret. */
  readonly why: string;
}

/** Not every byte arrived as the store has it. */
export class DamagedBodyError extends Error {
  override readonly name = 'DamagedBodyError';
}

const ABSENT: Fault = { means: 'absent', code: 'store_object_bad', why: 'there is no such object' };
const RIGHTS =
  'It takes s3:GetObject, s3:PutObject and s3:DeleteObject on its objects, and s3:ListBucket on the bucket itself, without which a missing object is denied too.';

const denied = (why: string): Fault => ({ means: 'final', code: 'store_denied', why });
const elsewhere = (why: string): Fault => ({ means: 'final', code: 'store_region_wrong', why });
const again = (why: string): Fault => ({ means: 'again', code: 'store_unavailable', why });

/** By S3's own codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const BY_NAME: Readonly<Record<string, Fault>> = {
  NoSuchKey: ABSENT,
  // The answer to HEAD, which has no body to say more in.
  NotFound: ABSENT,
  NoSuchBucket: {
    means: 'final',
    code: 'store_bucket_unknown',
    why: 'there is no such bucket. Create it, or correct its name.',
  },
  InvalidBucketName: {
    means: 'final',
    code: 'store_bucket_unknown',
    why: 'no bucket can have this name. Correct it.',
  },
  PreconditionFailed: {
    means: 'precondition',
    code: 'store_precondition_failed',
    why: 'the condition failed',
  },
  ConditionalRequestConflict: {
    means: 'conflict',
    code: 'store_precondition_failed',
    why: 'others write it',
  },
  OperationAborted: { means: 'conflict', code: 'store_precondition_failed', why: 'others write it' },
  AccessDenied: denied(`access is denied. ${RIGHTS}`),
  AllAccessDisabled: denied('all access to the bucket is switched off.'),
  InvalidAccessKeyId: denied('the access key is not known. Check the credentials.'),
  // versitygw's word for it.
  XAdminUserNotFound: denied('the access key is not known. Check the credentials.'),
  SignatureDoesNotMatch: denied('the secret is not the one of the access key. Check the credentials.'),
  ExpiredToken: denied('the session of the credentials is over. Renew them.'),
  InvalidToken: denied('the session token is not valid. Renew the credentials.'),
  PermanentRedirect: elsewhere('the bucket lies in another region. Set the region to its own.'),
  AuthorizationHeaderMalformed: elsewhere('the bucket lies in another region. Set the region to its own.'),
  QuotaExceeded: { means: 'final', code: 'store_full', why: 'the quota is used up. Make room, or raise it.' },
  XMinioStorageFull: { means: 'final', code: 'store_full', why: 'the server’s disk is full. Make room.' },
  // What was sent is not what arrived, or did not arrive whole: the next try may fare better.
  BadDigest: again('what was sent arrived altered'),
  XAmzContentSHA256Mismatch: again('what was sent arrived altered'),
  XAmzContentChecksumMismatch: again('what was sent arrived altered'),
  IncompleteBody: again('what was sent did not arrive whole'),
  RequestTimeout: again('what was sent did not arrive whole'),
  RequestTimeTooSkewed: again('this machine’s clock is wrong'),
  SlowDown: again('it is asked too often'),
};

/** Tells faults that may pass from those that somebody has to mend. */
export function faultOf(error: unknown): Fault {
  if (error instanceof DamagedBodyError) {
    return { means: 'damaged', code: 'store_object_bad', why: error.message };
  }
  if (error instanceof S3ServiceException) return serviceFault(error);
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (name === 'CredentialsProviderError') {
    return denied(
      'there are no AWS credentials. Give the process a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
  if (/region is missing/i.test(message)) return elsewhere('no region is set. Set it, or AWS_REGION.');
  return again(`it does not answer: ${message.replace(/[.\s]*$/, '')}. Check the endpoint and the network.`);
}

function serviceFault({ name, message, $metadata }: S3ServiceException): Fault {
  const known = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (known !== undefined) return known;
  const status = $metadata.httpStatusCode ?? 0;
  const said = `${name} (${status}): ${message}`;
  switch (status) {
    case 301:
    case 307:
      return elsewhere('the bucket lies in another region. Set the region to its own.');
    case 304:
      return { means: 'unchanged', code: 'store_failed', why: 'unchanged' };
    case 403:
      return denied(`access is denied (${name}). ${RIGHTS}`);
    case 409:
      return { means: 'conflict', code: 'store_precondition_failed', why: said };
    case 412:
      return { means: 'precondition', code: 'store_precondition_failed', why: said };
    case 507:
      return { means: 'final', code: 'store_full', why: 'the server’s disk is full. Make room.' };
    case 408:
    case 429:
      return again(said);
    default:
      return status >= 500 && status !== 501
        ? again(said)
        : { means: 'final', code: 'store_failed', why: said };
  }
}

/**
 * An error as it may be kept and logged: S3 repeats in its own what was signed, and a session's token is part of that.
 */
export function causeOf(error: unknown): unknown {
  if (!(error instanceof S3ServiceException)) return error;
  const { httpStatusCode, requestId, attempts } = error.$metadata;
  const cause = new Error(`${error.name}: ${error.message}`);
  return Object.assign(cause, { name: error.name, httpStatusCode, requestId, attempts });
}
