import { awsEnvironment } from '../../services/cli/aws-environment.ts';
import type { StackTemplate } from '../cost/template.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';
import { runProgram } from './machine/run.ts';
import { needsOf } from './needs.ts';

/** Looks over the account and the machine for a stack; `region`: that its settings ask for, `variables`: of the process. */
export function stackFindings(
  template: StackTemplate,
  region: string | null,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  return examine({
    needs: needsOf(template),
    region,
    environment: awsEnvironment(variables),
    run: runProgram,
    buildkit: variables.DOCKER_BUILDKIT === '1',
  });
}
