import type { AwsAccount } from '../../../services/cli/aws/account.ts';
import { firstText } from '../../../services/cli/aws/xml.ts';
import { type Finding, ok } from '../finding.ts';
import { query } from './query.ts';

/** Who asks, as AWS sees it. @throws as AwsAccount.call does */
export async function checkCaller(account: AwsAccount): Promise<{ accountId: string; finding: Finding }> {
  const answer = await query(account, 'sts', 'GetCallerIdentity');
  const accountId = firstText(answer, 'Account') ?? 'unknown';
  const arn = firstText(answer, 'Arn') ?? 'unknown';
  return {
    accountId,
    finding: ok('credentials', `account ${accountId} in ${account.region}, as ${arn}`),
  };
}
