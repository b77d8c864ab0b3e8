import { AwsRefusalError } from '../../../services/cli/aws/errors.ts';
import { within } from '../../cost/template.ts';
import { type Finding, ok, problem } from '../finding.ts';
import type { Look } from './look.ts';
import { ask } from './query.ts';

const PARAMETER = '/cdk-bootstrap/hnb659fds/version';
/** What a stack with images asks for. */
const LEAST = 8;

/** Was the account prepared for the CDK in this region? It needs a bucket, a repository of images and roles of its own there. */
export async function checkBootstrap({ account, accountId }: Look): Promise<Finding> {
  const todo = `once for the account and region: npm exec --prefix infra -- cdk bootstrap aws://${accountId}/${account.region}`;
  let version: number;
  try {
    const answer = await ask(account, 'ssm', 'AmazonSSM.GetParameter', { Name: PARAMETER });
    version = Number(within(answer, 'Parameter', 'Value'));
  } catch (error) {
    if (!(error instanceof AwsRefusalError && error.awsCode === 'ParameterNotFound')) throw error;
    return problem('CDK bootstrap', `${account.region} was not prepared for the CDK`, todo);
  }
  if (version >= LEAST) return ok('CDK bootstrap', `version ${version}`);
  return problem('CDK bootstrap', `version ${version}, and ${LEAST} is needed`, todo);
}
