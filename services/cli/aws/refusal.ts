import { textAt } from '../api/json.ts';
import type { CliError } from '../errors.ts';
import { AwsRefusalError, CredentialsError, DeniedError } from './errors.ts';
import { firstText } from './xml.ts';

const EXPIRED = /^(ExpiredToken(Exception)?|RequestExpired|TokenRefreshRequired)$/;
const UNKNOWN =
  /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature(Exception)?|IncompleteSignature(Exception)?|MissingAuthenticationToken(Exception)?|AuthFailure)$/;
const DENIED = /^(AccessDenied(Exception)?|Forbidden(Exception)?|UnauthorizedOperation|NotAuthorized)$/;

/**
 * What an AWS service's answer of 400 or more means: its services write JSON or XML, and name the error in a header, in
 * `__type` or in `Code`.
 */
export function awsRefusal(service: string, status: number, headers: Headers, body: string): CliError {
  const document = parsed(body);
  const named =
    headers.get('x-amzn-errortype') ?? textAt(document, '__type') ?? firstText(body, 'Code') ?? '';
  const code = named.split(':')[0]?.split('#').at(-1) ?? '';
  const said = textAt(document, 'message') ?? textAt(document, 'Message') ?? firstText(body, 'Message');
  const message = `${service} answered ${code === '' ? status : code}: ${said ?? 'it does not say why'}`;
  if (EXPIRED.test(code)) {
    return new CredentialsError(
      'aws_credentials_expired',
      `The AWS credentials have expired: log in again, with \`aws sso login\` for example. (${message})`,
    );
  }
  if (UNKNOWN.test(code)) {
    return new CredentialsError(
      'aws_credentials_refused',
      `AWS does not accept the credentials: check the profile or the keys, and this machine's clock. (${message})`,
    );
  }
  if (DENIED.test(code)) return new DeniedError(`Not allowed. ${message}`);
  return new AwsRefusalError(status, code, message);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null; // XML, or what a proxy says
  }
}
