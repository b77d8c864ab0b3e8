import { within } from '../../cost/template.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Look } from './look.ts';

/** Lambda keeps so much for functions that nothing is set aside for; in an account that has no more, all of it. */
const NEVER_RESERVED = 100;
/** What accounts have that AWS does not know yet; nothing tells it before a function is made. */
const MEMORY_OF_NEW_ACCOUNTS = 3008;

/** Is there concurrency for what the stack sets aside? New accounts may have 10 of it, older ones 1,000. */
export async function checkConcurrency({ account, needs, isThere }: Look): Promise<Finding> {
  const of = 'Lambda concurrency';
  const { reserved, stack } = needs;
  const { text } = await account.call('lambda', { method: 'GET', path: '/2016-08-19/account-settings/' });
  const answer: unknown = JSON.parse(text);
  const all = Number(within(answer, 'AccountLimit', 'ConcurrentExecutions'));
  const free = Number(within(answer, 'AccountLimit', 'UnreservedConcurrentExecutions'));
  const more = 'ask for more in Service Quotas (Lambda, Concurrent executions)';
  if (!isThere && reserved > 0 && free - reserved < Math.min(NEVER_RESERVED, all)) {
    return problem(
      of,
      `${stack} sets aside ${reserved}; of the account's ${all}, ${free} are not set aside, and ${Math.min(NEVER_RESERVED, all)} have to stay so`,
      `set trainConcurrency and predictConcurrency to null in infra/settings.ts, or ${more}`,
    );
  }
  if (all < NEVER_RESERVED) {
    return warning(of, `the account has ${all}: so many answers and trainings at a time`, more);
  }
  return ok(of, `${free} of ${all} free, ${reserved} wanted`);
}

/** Functions with more memory than new accounts have. */
export async function checkMemory({ needs: { memory } }: Look): Promise<Finding> {
  const of = 'Lambda memory';
  if (memory <= MEMORY_OF_NEW_ACCOUNTS) return ok(of, `${memory} MiB, which every account has`);
  return warning(
    of,
    `a function wants ${memory} MiB; a new account has ${MEMORY_OF_NEW_ACCOUNTS}, and Lambda tells it at deployment only`,
    'if the deployment fails with MemorySize: lower trainMemory, or ask AWS support',
  );
}
