import { type Resource, type StackTemplate, TemplateError } from '../cost/template.ts';

/** Something that is still there when the stack is gone, and how it is removed. */
export interface Kept {
  readonly what: string;
  readonly remove: string;
}

/** What the names of resources stand for, where a template says that they are kept. */
const KEPT: Readonly<Record<string, (resource: Resource) => Kept>> = {
  'AWS::S3::Bucket Retain': ({ id }) => ({
    what: id.startsWith('StoreModels')
      ? 'the models bucket: every model with its earlier versions, and the hashes of the API keys'
      : 'the spool bucket: predictions that the database had not taken yet, if any',
    remove: 'S3 in the console: Empty, then Delete',
  }),
  'AWS::RDS::DBCluster Snapshot': ({ properties }) => ({
    what: 'a last snapshot of the database, and those that somebody took: every prediction, label and definition',
    // By the cluster, not by how a name begins: another stack's may begin so, too.
    remove: `aws rds describe-db-cluster-snapshots --db-cluster-identifier ${properties.DBClusterIdentifier} --snapshot-type manual, then aws rds delete-db-cluster-snapshot --db-cluster-snapshot-identifier NAME`,
  }),
  'AWS::ApiGateway::Account Retain': () => ({
    what: "the account's setting that names this role, which other APIs may use",
    remove: 'API Gateway in the console, Settings: empty the ARN of the role',
  }),
  'AWS::IAM::Role Retain': ({ id }) => ({
    what: `the role by which API Gateway writes logs (${id})`,
    remove: 'IAM in the console, once no API of the account writes logs by it',
  }),
};

/** What no template names, and is there after every stack. */
const ALWAYS: readonly Kept[] = [
  {
    what: 'the images and files that were deployed from, in what `cdk bootstrap` made (some 0.03 USD a month)',
    remove:
      'npm exec --prefix infra -- cdk gc --unstable=gc; or delete the stack CDKToolkit, if nothing else uses the CDK',
  },
  { what: 'metrics, for up to 15 months; they cost nothing', remove: 'nothing to do, they go by themselves' },
];

/**
 * What a stack leaves behind when it is taken down. `otherwise` finds words for a resource that has none here.
 * @throws TemplateError for such a resource, unless told otherwise
 */
export function keptOf(
  { resources }: StackTemplate,
  otherwise: (resource: Resource) => Kept = refused,
): Kept[] {
  const kept = resources
    .filter(({ deletionPolicy }) => deletionPolicy !== null && deletionPolicy !== 'Delete')
    .map((resource) => {
      // RetainExceptOnCreate: kept, unless the deployment that made it failed.
      const policy = resource.deletionPolicy?.replace('ExceptOnCreate', '');
      return (KEPT[`${resource.type} ${policy}`] ?? otherwise)(resource);
    });
  return [...kept, ...ALWAYS];
}

function refused({ type, id }: Resource): never {
  throw new TemplateError(`${type} ${id} outlives the stack: infra/deploy/kept.ts has no words for it.`);
}

/** As lines, each with how it is removed. */
export function keptText(kept: readonly Kept[]): string {
  return kept.map(({ what, remove }) => `  - ${what}\n    to remove it: ${remove}`).join('\n');
}
