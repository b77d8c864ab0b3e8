import { thrown } from '../thrown.ts';
import { CredentialsError } from './errors.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export type CredentialSource = () => Promise<AwsCredentials>;

/**
 * Credentials as the AWS SDK finds them: variables, AWS_PROFILE with SSO or roles, a container's or a machine's. Asked for
 * when they are first needed, held in memory only.
 */
export async function sdkCredentials(): Promise<CredentialSource> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const provider = defaultProvider();
  return async () => {
    try {
      return await provider();
    } catch (error) {
      throw explained(error);
    }
  };
}

function explained(error: unknown): CredentialsError {
  const { message } = thrown(error);
  if (/expired/i.test(message)) {
    return new CredentialsError(
      'aws_credentials_expired',
      `The AWS credentials have expired: log in again, with \`aws sso login\` for example. (${message})`,
      { cause: error },
    );
  }
  return new CredentialsError(
    'aws_credentials_missing',
    `No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with \`aws sso login\`. (${message})`,
    { cause: error },
  );
}

/** The region of the profile that the SDK uses, or null. */
export async function profileRegion(): Promise<string | null> {
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient({});
  try {
    return await client.config.region();
  } catch {
    return null; // no profile names one
  } finally {
    client.destroy();
  }
}
