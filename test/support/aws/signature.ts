import { createHash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../../services/cli/aws/sha256.ts';
import { AwsFault, type AwsReceived } from './received.ts';

/** Somebody whom the account knows, by an access key. */
export interface Identity {
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Must come with every request, where there is one. */
  readonly sessionToken?: string;
  readonly expired?: boolean;
}

export interface Signed {
  readonly identity: Identity;
  readonly service: string;
  readonly region: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
/** AWS takes a clock that is five minutes off. */
const SKEW = 300_000;

/**
 * Checks a request as AWS does: computes its signature again with the secret of whom it names.
 * @throws AwsFault
 */
export async function checkSignature(request: AwsReceived, identities: readonly Identity[]): Promise<Signed> {
  const { headers, body } = request;
  const match = AUTHORIZATION.exec(String(headers.authorization ?? ''));
  if (match === null) throw new AwsFault(403, 'MissingAuthenticationToken', 'Missing Authentication Token');
  const [, accessKeyId, day = '', region = '', service = '', signedHeaders = '', signature] = match;
  const identity = identities.find((known) => known.accessKeyId === accessKeyId);
  if (identity === undefined || headers['x-amz-security-token'] !== identity.sessionToken) {
    throw new AwsFault(
      403,
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  if (identity.expired === true) {
    throw new AwsFault(403, 'ExpiredToken', 'The security token included in the request is expired');
  }
  const hash = headers['x-amz-content-sha256'];
  if (hash !== undefined && hash !== createHash('sha256').update(body).digest('hex')) {
    throw new AwsFault(403, 'SignatureDoesNotMatch', 'The body is not the one that was signed.');
  }
  const date = dateOf(String(headers['x-amz-date'] ?? ''));
  if (Math.abs(date.getTime() - Date.now()) > SKEW || !String(headers['x-amz-date']).startsWith(day)) {
    throw new AwsFault(403, 'SignatureDoesNotMatch', 'Signature expired.');
  }
  const expected = await signatureOf(request, identity, { region, service, date }, signedHeaders.split(';'));
  if (expected !== signature || !signedHeaders.split(';').includes('host')) {
    throw new AwsFault(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    );
  }
  return { identity, service, region };
}

async function signatureOf(
  { method, url, headers, body }: AwsReceived,
  { accessKeyId, secretAccessKey, sessionToken }: Identity,
  { region, service, date }: { region: string; service: string; date: Date },
  names: readonly string[],
): Promise<string | undefined> {
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region,
    service,
    sha256: Sha256,
  });
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name] ?? '')])),
      body,
    },
    { signingDate: date },
  );
  return AUTHORIZATION.exec(signed.headers.authorization ?? '')?.[6];
}

/** `20261121T061200Z`. */
function dateOf(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
