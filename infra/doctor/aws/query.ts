import type { AwsAccount } from '../../../services/cli/aws/account.ts';
import type { AwsService } from '../../../services/cli/aws-environment.ts';

/** Versions of the services that take forms and answer XML. */
const VERSIONS = {
  sts: '2011-06-15',
  ec2: '2016-11-15',
  rds: '2014-10-31',
  cloudformation: '2010-05-15',
} as const satisfies Partial<Record<AwsService, string>>;

/** Calls an action of a service's query protocol; the answer is XML. @throws as AwsAccount.call does */
export async function query(
  account: AwsAccount,
  service: keyof typeof VERSIONS,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<string> {
  const form = new URLSearchParams({ Action: action, Version: VERSIONS[service], ...parameters });
  const { text } = await account.call(service, {
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: form.toString(),
  });
  return text;
}

/** Calls an action of a service that takes and answers JSON: `AmazonSSM.GetParameter`. @throws as AwsAccount.call does */
export async function ask(
  account: AwsAccount,
  service: 'ssm' | 'service_quotas' | 'cloudwatch_logs',
  target: string,
  parameters: object,
): Promise<unknown> {
  const { text } = await account.call(service, {
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify(parameters),
  });
  return text === '' ? null : JSON.parse(text);
}
