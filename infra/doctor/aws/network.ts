import type { AwsAccount } from '../../../services/cli/aws/account.ts';
import { DeniedError } from '../../../services/cli/aws/errors.ts';
import { firstText, textsOf } from '../../../services/cli/aws/xml.ts';
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

/** Are there two zones, and can a VPC have endpoints of what the stack asks for? */
export async function checkZones({ account, needs: { endpoints } }: Look): Promise<Finding> {
  const of = 'zones';
  const answer = await query(account, 'ec2', 'DescribeAvailabilityZones', {
    'Filter.1.Name': 'zone-type',
    'Filter.1.Value.1': 'availability-zone',
  });
  const zones = textsOf(answer, 'zoneName');
  if (zones.length < 2) {
    return problem(
      of,
      `${account.region} has ${zones.length}, and Aurora asks for two`,
      'deploy to another region',
    );
  }
  for (const endpoint of endpoints) {
    const service = `com.amazonaws.${account.region}.${endpoint}`;
    const found = await query(account, 'ec2', 'DescribeVpcEndpointServices', {
      'Filter.1.Name': 'service-name',
      'Filter.1.Value.1': service,
    });
    if (firstText(found, 'serviceName') === null) {
      return problem(
        of,
        `${service} does not exist`,
        'set invokeFromDatabase to false, or deploy to another region',
      );
    }
  }
  return ok(of, zones.join(', '));
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
