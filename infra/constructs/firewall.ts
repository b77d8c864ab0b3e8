import { Aws } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface FirewallProps {
  readonly stage: Stage;
  /** Requests of one address in five minutes. */
  readonly rate: number;
}

/** Lists that AWS keeps, from the most to the least certain. */
const LISTS = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
];

/**
 * Rules that read bodies only count here. A row is free text, and may well say `<script>`; it is never put into SQL or
 * HTML. And a row may have 256 KiB, of which the firewall would allow 8.
 */
const ONLY_COUNTED: Readonly<Record<string, readonly string[]>> = {
  AWSManagedRulesCommonRuleSet: [
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'EC2MetaDataSSRF_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'],
};

/** A web application firewall before a stage: a limit for each address, and AWS's lists of known attackers and attacks. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { stage, rate }: FirewallProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible('all'),
      rules: [
        {
          name: 'rate',
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: {
            rateBasedStatement: { limit: rate, aggregateKeyType: 'IP', evaluationWindowSec: 300 },
          },
          visibilityConfig: visible('rate'),
        },
        ...LISTS.map((name, index) => ({
          name,
          priority: index + 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name,
              ruleActionOverrides: (ONLY_COUNTED[name] ?? []).map((rule) => ({
                name: rule,
                actionToUse: { count: {} },
              })),
            },
          },
          visibilityConfig: visible(name),
        })),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stage.stageArn, webAclArn: acl.attrArn });
  }
}

/** Counted, but no request is kept: samples would hold what was sent. */
function visible(name: string): CfnWebACL.VisibilityConfigProperty {
  return {
    cloudWatchMetricsEnabled: true,
    metricName: `${Aws.STACK_NAME}-${name}`,
    sampledRequestsEnabled: false,
  };
}
