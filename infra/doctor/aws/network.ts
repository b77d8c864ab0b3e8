import type { AwsAccount } from '../../../services/cli/aws/account.ts';
import { DeniedError } from '../../../services/cli/aws/errors.ts';
import { textsOf } from '../../../services/cli/aws/xml.ts';
import { within } from '../../cost/template.ts';
import { type Finding, ok, problem } from '../finding.ts';
import type { Look } from './look.ts';
import { ask, query } from './query.ts';

/** What an account has unless it asked for more. */
const USUAL_VPCS = 5;

/** Is there room for one more VPC? */
export async function checkVpcs({ account, needs, isThere }: Look): Promise<Finding> {
  const of = 'VPCs';
  if (isThere) return ok(of, `the one of ${needs.stack} is there`);
  const has = textsOf(await query(account, 'ec2', 'DescribeVpcs'), 'vpcId').length;
  const limit = await vpcLimit(account);
  if (has < limit) return ok(of, `${has} of ${limit}`);
  return problem(
    of,
    `${account.region} has ${has} VPCs, and may have ${limit}`,
    'remove one that nobody uses, or ask for more in Service Quotas (VPC, VPCs per Region)',
  );
}

async function vpcLimit(account: AwsAccount): Promise<number> {
  try {
    const answer = await ask(account, 'service_quotas', 'ServiceQuotasV20190624.GetServiceQuota', {
      ServiceCode: 'vpc',
      QuotaCode: 'L-F678F1CE',
    });
    return Number(within(answer, 'Quota', 'Value') ?? USUAL_VPCS);
  } catch (error) {
    if (error instanceof DeniedError) return USUAL_VPCS;
    throw error;
  }
}
