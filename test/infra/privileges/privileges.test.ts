import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { describeWhere, everyOne, s3Server } from '../../support/requirement.ts';
import { type Synthesised, stackPackages, synthesise } from '../templates/synthesised.ts';
import type { Template } from '../templates/template.ts';
import type { Needed } from './actions.ts';
import { EXPLAINED } from './explained.ts';
import { CALLERS, type Caller, TRAIN_FUNCTION } from './places.ts';
import { type Deployed, type PolicyDocument, policiesOf } from './policies.ts';
import { type Evaluate, loadSimulator } from './simulator.ts';
import { walk } from './walk.ts';

/** How the logical id of each caller's role begins. */
const ROLES: Readonly<Record<Caller, string>> = {
  predict: 'PredictRole',
  train: 'TrainRole',
  sweep: 'SweepRole',
  migrate: 'MigrationsRole',
  database: 'DatabaseInvokeRole',
};

interface Right {
  readonly action: string;
  readonly pattern: string;
}

describeWhere(everyOne(stackPackages(), s3Server()), 'least privilege:', () => {
  let synthesised: Synthesised;
  let evaluate: Evaluate;
  let needed: Readonly<Record<Caller, readonly Needed[]>>;
  let policies: Readonly<Record<string, readonly PolicyDocument[]>>;

  beforeAll(async () => {
    // What goes wrong on purpose is logged, and nobody reads it here.
    const said = jest.spyOn(console, 'error').mockImplementation(() => {});
    synthesised = await synthesise();
    if (synthesised.code !== 0) throw new Error(synthesised.output);
    const place = await walk();
    needed = place.needed();
    const [models = '', spool = ''] = ['MODELS', 'SPOOL'].map(
      (which) => place.variables('predict')[`HUNDREDFOLD_${which}_BUCKET`],
    );
    const { resourceArn, secretArn } = place.aws.api;
    await place.close();
    said.mockRestore();
    evaluate = await loadSimulator();
    const template = synthesised.template('hundredfold');
    const deployed = deployedAs(template, { models, spool, resourceArn, secretArn });
    policies = Object.fromEntries(
      CALLERS.map((caller) => [caller, policiesOf(template, ROLES[caller], deployed)]),
    );
  }, 180_000);
  afterAll(() => synthesised?.remove());

  describe.each(CALLERS)('%s', (caller) => {
    const own = () => policies[caller] ?? [];
    const rights = () => own().flatMap(rightsOf);

    test('may make every call that it makes', async () => {
      expect(needed[caller].length).toBeGreaterThan(0);
      const denied: string[] = [];
      for (const call of needed[caller]) {
        if (!(await evaluate(own(), call))) denied.push(`${call.action} on ${call.resource}`);
      }
      expect(denied).toEqual([]);
    });

    test('uses every right that it has, or there is a reason', () => {
      const unused = rights().filter((right) => !needed[caller].some((call) => isUseOf(call, right)));
      const unexplained = unused.filter((right) => reasonFor(caller, right) === undefined);
      expect(unexplained.map(({ action, pattern }) => `${action} on ${pattern}`)).toEqual([]);
    });

    test('may do none of this to anything else', async () => {
      for (const { action, resource } of needed[caller]) {
        for (const other of elsewhere(resource)) {
          const isAllowed = await evaluate(own(), { action, resource: other });
          expect({ action, other, isAllowed }).toEqual({ action, other, isAllowed: false });
        }
      }
    });
  });

  test('every reason is still needed', () => {
    const stale = EXPLAINED.flatMap((explained) =>
      explained.callers
        .filter((caller) => {
          const rights = (policies[caller] ?? []).flatMap(rightsOf);
          const unused = rights.filter((right) => !needed[caller].some((call) => isUseOf(call, right)));
          return !unused.some((right) => reasonFor(caller, right) === explained);
        })
        .map((caller) => `${caller}: ${explained.action} on ${explained.resource}`),
    );
    expect(stale).toEqual([]);
  });

  test('no function may read another’s secrets, invoke itself, or change what it runs on', async () => {
    const account = '123456789012';
    const forbidden: readonly Needed[] = [
      { action: 'iam:PassRole', resource: `arn:aws:iam::${account}:role/any` },
      { action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/any` },
      { action: 's3:DeleteBucket', resource: 'arn:aws:s3:::bucket-1' },
      { action: 's3:PutBucketPolicy', resource: 'arn:aws:s3:::bucket-1' },
      { action: 's3:DeleteObjectVersion', resource: 'arn:aws:s3:::bucket-1/models/services/1/a.safetensors' },
      { action: 'lambda:UpdateFunctionCode', resource: TRAIN_FUNCTION },
      {
        action: 'secretsmanager:PutSecretValue',
        resource: `arn:aws:secretsmanager:eu-central-1:${account}:secret:stand-in`,
      },
      { action: 'rds:DeleteDBCluster', resource: `arn:aws:rds:eu-central-1:${account}:cluster:stand-in` },
    ];
    for (const caller of CALLERS) {
      for (const call of forbidden) {
        expect({ caller, call, isAllowed: await evaluate(policies[caller] ?? [], call) }).toMatchObject({
          isAllowed: false,
        });
      }
    }
  });
});

interface Names {
  readonly models: string;
  readonly spool: string;
  readonly resourceArn: string;
  readonly secretArn: string;
}

/** The stack's resources under the names that they have in the walk. */
function deployedAs(template: Template, { models, spool, resourceArn, secretArn }: Names): Deployed {
  const bucket = (begins: string, name: string) => [
    template.one('AWS::S3::Bucket', begins).id,
    { Ref: name, Arn: `arn:aws:s3:::${name}` },
  ];
  return Object.fromEntries([
    bucket('StoreModels', models),
    bucket('StoreSpool', spool),
    [
      template.one('AWS::RDS::DBCluster').id,
      {
        DBClusterArn: resourceArn,
        'MasterUserSecret.SecretArn': secretArn,
        Ref: resourceArn.split(':').at(-1),
      },
    ],
    [template.one('AWS::Lambda::Function', 'Train').id, { Arn: TRAIN_FUNCTION }],
  ]);
}

function rightsOf({ Statement }: PolicyDocument): Right[] {
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((pattern) => ({ action, pattern }))),
  );
}

function isUseOf({ action, resource }: Needed, right: Right): boolean {
  const pattern = right.pattern.split('*').map(literally).join('.*');
  return action === right.action && new RegExp(`^${pattern}$`).test(resource);
}

function reasonFor(caller: Caller, { action, pattern }: Right) {
  return EXPLAINED.find(
    (one) => one.callers.includes(caller) && one.action === action && one.resource.test(pattern),
  );
}

/** The same kind of thing that is not the stack's, or not the caller's. */
function elsewhere(resource: string): string[] {
  const s3 = /^arn:aws:s3:::([^/]+)(\/.*)?$/.exec(resource);
  if (s3 === null) return [`${resource}-of-others`, resource.replace('123456789012', '210987654321')];
  const [, bucket = '', key = ''] = s3;
  const others = [`arn:aws:s3:::${bucket}-of-others${key}`];
  return key === '' ? others : [...others, `arn:aws:s3:::${bucket}/elsewhere${key}`];
}

function literally(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
