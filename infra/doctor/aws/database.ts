import { firstText, textsOf } from '../../../services/cli/aws/xml.ts';
import { DATA_API_PAGE, hasDataApi } from '../../settings/regions.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Look } from './look.ts';
import { query } from './query.ts';

/** Does the region have this Aurora as Serverless v2, and may it have 0 capacity units? */
export async function checkEngine({ account, needs: { engineVersion, pauses } }: Look): Promise<Finding> {
  const of = 'Aurora';
  const what = `Aurora PostgreSQL ${engineVersion} as Serverless v2`;
  const engine = { Engine: 'aurora-postgresql', EngineVersion: engineVersion };
  const [options, versions] = await Promise.all([
    query(account, 'rds', 'DescribeOrderableDBInstanceOptions', {
      ...engine,
      DBInstanceClass: 'db.serverless',
    }),
    query(account, 'rds', 'DescribeDBEngineVersions', engine),
  ]);
  if (!textsOf(options, 'DBInstanceClass').includes('db.serverless')) {
    return problem(
      of,
      `${account.region} has no ${what}`,
      'deploy to another region; where none has it any more, AWS has retired that version: name a newer one in infra/constructs/prediction-database.ts',
    );
  }
  const features = textsOf(versions, 'ServerlessV2FeaturesSupport')[0] ?? '';
  const said = firstText(features, 'MinCapacity');
  if (pauses && said === null) {
    return warning(
      of,
      `AWS does not say whether ${what} can pause in ${account.region}`,
      'look at it in the console (RDS, Create database, Serverless v2, minimum capacity) before deploying',
    );
  }
  const least = Number(said ?? 0);
  if (pauses && least > 0) {
    return problem(
      of,
      `${what} cannot pause in ${account.region}: its least is ${least} ACU`,
      `set databaseMinCapacity to ${least}, which costs some ${Math.round(least * 730 * 0.12)} USD a month, or deploy to another region`,
    );
  }
  return ok(of, what);
}

/** Does the region have the Data API, over which alone the database is asked? */
export async function checkDataApi({ account, needs: { stack }, isThere }: Look): Promise<Finding> {
  const of = 'Data API';
  const has = hasDataApi(account.region);
  if (isThere) return ok(of, `the database of ${stack} is there`);
  if (has === true) return ok(of, `${account.region} has it`);
  const look = `look whether ${DATA_API_PAGE} has ${account.region}`;
  if (has === null)
    return warning(of, `whether ${account.region} has it is not known here`, `${look} before deploying`);
  return problem(
    of,
    `${account.region} has none for Aurora PostgreSQL 17, and the functions reach the database over nothing else`,
    `deploy to another region; or ${look} by now (then --skip-doctor)`,
  );
}

/** Is there room for a cluster and an instance? */
export async function checkDatabases({ account, needs, isThere }: Look): Promise<Finding> {
  const of = 'databases';
  if (isThere) return ok(of, `the one of ${needs.stack} is there`);
  const answer = await query(account, 'rds', 'DescribeAccountAttributes');
  const quotas = textsOf(answer, 'AccountQuota').map((quota) => ({
    name: firstText(quota, 'AccountQuotaName') ?? '',
    used: Number(firstText(quota, 'Used')),
    max: Number(firstText(quota, 'Max')),
  }));
  const wanted = quotas.filter(({ name }) => ['DBClusters', 'DBInstances', 'DBSubnetGroups'].includes(name));
  const full = wanted.find(({ used, max }) => used >= max);
  if (full !== undefined) {
    return problem(
      of,
      `${account.region} has ${full.used} of ${full.max} ${full.name}`,
      'remove one that nobody uses, or ask for more in Service Quotas (RDS)',
    );
  }
  return ok(of, wanted.map(({ name, used, max }) => `${used} of ${max} ${name}`).join(', '));
}
