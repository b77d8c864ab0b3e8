import type { S3Client } from '@aws-sdk/client-s3';
import type { Stack } from '../../services/cli/aws/stack.ts';
import { stateOf, stateText } from '../../services/cli/aws/stack-states.ts';
import { allOf } from '../cost/template.ts';
import { type Deployed, deployedOf } from './deployed.ts';
import { emptyBucket } from './empty-bucket.ts';
import { keptOf, keptText } from './kept.ts';
import { leftoversOf, removeLeftovers } from './leftovers.ts';
import { isAny, isProtected, liftProtection, type Protection, protectionOf } from './protection.ts';

export interface TakingDown {
  readonly stack: Stack;
  readonly client: S3Client;
  /** The protection of a stack that was deployed to its end goes, too. */
  readonly mayLift: boolean;
  /** Asks whether it is meant. */
  readonly confirm: () => Promise<boolean>;
  /** Deletes the stack; resolves to an exit status. */
  readonly cdk: () => Promise<number>;
  readonly say: (line: string) => void;
}

/**
 * Takes a stack down, whatever state it is in, and says before and after what it keeps: by what was deployed, not by today's
 * settings. Buckets that go with it are emptied first, and once more where the deletion failed, for its functions write until they
 * are deleted. Resolves to an exit status.
 *
 * @throws BucketNotEmptiedError, TemplateError, and as AwsAccount.call and the S3 client do
 */
export async function takeDown({ stack, client, mayLift, confirm, cdk, say }: TakingDown): Promise<number> {
  const { name, status, account } = stack;
  const { destroy, holds, todo } = stateOf(status);
  if (destroy === 'stops') {
    say(`${stateText(name, status)}. Nothing was removed: ${todo}.`);
    return 1;
  }
  const deployed = await deployedOf(stack);
  const protection = await protectionOf(stack, deployed);
  // One that was never deployed to its end has nobody's data, and its first deployment protected it all the same.
  const neverWhole = holds === 'nothing' || holds === 'beginnings';
  if (!neverWhole && !mayLift && (isAny(protection) || isProtected(deployed.template))) {
    say(protectedText(name));
    return 1;
  }
  const leftovers = await leftoversOf(stack, deployed);
  // What another version deployed may have no words here, and is to be taken down all the same.
  const kept = keptOf(deployed.template, ({ type, id }) => ({
    what: `${type} ${deployed.names.get(id) ?? id}`,
    remove: 'in the console of its service, under that name',
  }));
  say(
    `${neverWhole ? `${stateText(name, status)}. It` : name} in ${account.region} will be taken down${neverWhole ? '' : ': its API, functions and database end at once'}.\nKept:\n${keptText([...kept, ...leftovers.kept])}`,
  );
  if (!(await confirm())) {
    say('Nothing was removed. (Where nobody sits at a terminal: --yes.)');
    return 1;
  }
  await lift(stack, protection, say);
  const exit = await remove(goingBuckets(deployed), { client, cdk, say });
  if (exit !== 0) return exit;
  const left = await removeLeftovers(stack, leftovers);
  say(`\n${name} is gone. Still there:\n${keptText([...kept, ...left])}`);
  return 0;
}

async function lift(stack: Stack, protection: Protection, say: TakingDown['say']): Promise<void> {
  if (!isAny(protection)) return;
  await liftProtection(stack, protection);
  const of = [
    ...(protection.stack ? ['the stack'] : []),
    ...protection.databases.map((one) => `the database ${one}`),
  ];
  say(`The protection of ${of.join(' and of ')} was lifted.`);
}

async function remove(
  buckets: readonly string[],
  { client, cdk, say }: Pick<TakingDown, 'client' | 'cdk' | 'say'>,
): Promise<number> {
  if (buckets.length === 0) return cdk();
  await empty(buckets, client, say);
  const status = await cdk();
  if (status === 0 || !(await empty(buckets, client, say))) return status;
  say('Something was written into the buckets meanwhile; once more.');
  return cdk();
}

/** Empties; was there anything? */
async function empty(
  buckets: readonly string[],
  client: S3Client,
  say: (line: string) => void,
): Promise<boolean> {
  let all = 0;
  for (const bucket of buckets) {
    const deleted = await emptyBucket(client, bucket);
    if (deleted > 0) say(`${bucket}: ${deleted} objects and versions deleted.`);
    all += deleted;
  }
  return all > 0;
}

/** The names of the buckets that CloudFormation deletes with the stack. */
function goingBuckets({ template, names }: Deployed): string[] {
  const going = allOf(template, 'AWS::S3::Bucket').filter(
    ({ deletionPolicy }) => deletionPolicy === 'Delete',
  );
  return going.flatMap(({ id }) => names.get(id) ?? []);
}

function protectedText(stack: string): string {
  return `${stack} is protected (protectData): nothing was removed.
  To take it down and keep what it knows, the buckets and a last snapshot of the database:
    npm run destroy -- --lift-protection
  To remove what it knows as well: set protectData to false in infra/settings.ts, npm run deploy, and then npm run destroy.`;
}
