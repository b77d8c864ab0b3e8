import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readTemplate, type StackTemplate } from '../../../infra/cost/template.ts';
import { keptOf, keptText } from '../../../infra/deploy/kept.ts';
import { isProtected } from '../../../infra/deploy/protection.ts';
import { STACK_STATES } from '../../../services/cli/aws/stack-states.ts';
import { describeWhere } from '../../support/requirement.ts';
import { ROOT, type Synthesised, stackPackages, synthesise } from '../templates/synthesised.ts';

/** Runs an entry file without credentials, far from any account. */
async function run(entry: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const home = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
  const { PATH } = process.env;
  const child = spawn(process.execPath, [path.join(ROOT, entry), ...args], {
    cwd: home,
    env: {
      PATH,
      HOME: home,
      AWS_REGION: 'eu-central-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
      CDK_VALIDATION: 'false',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  rmSync(home, { recursive: true, force: true });
  return { code, output };
}

describeWhere(stackPackages(), 'taking the stack down', () => {
  let made: Synthesised;
  const template = (stack: string): StackTemplate =>
    readTemplate(path.join(made.folder, `${stack}.template.json`));
  beforeAll(async () => {
    made = await synthesise();
    expect(made.code).toBe(0);
  }, 120_000);
  afterAll(() => made.remove());

  test('of production keeps both buckets, a last snapshot and the role for logs, each with how it is removed', () => {
    const kept = keptOf(template('hundredfold'));
    const outliving = template('hundredfold').resources.filter(
      ({ deletionPolicy }) => deletionPolicy !== null && deletionPolicy !== 'Delete',
    );
    expect(kept).toHaveLength(outliving.length + 2);
    expect(keptText(kept)).toMatch(/models bucket[\s\S]*spool bucket|spool bucket[\s\S]*models bucket/);
    expect(keptText(kept)).toMatch(/a last snapshot of the database/);
    expect(kept.filter(({ remove }) => remove === '')).toEqual([]);
  });

  test("the snapshots that it names are the cluster's own, and not those of a stack whose name begins so, too", () => {
    const text = keptText(keptOf(template('hundredfold')));
    expect(text).toContain('--db-cluster-identifier hundredfold --snapshot-type manual');
    expect(text).not.toContain('starts_with');
  });

  test('of development keeps nothing that it knew', () => {
    expect(keptText(keptOf(template('hundredfold-development')))).not.toMatch(/bucket:|snapshot/);
  });

  test('what outlives a stack and has no words is refused, rather than kept silently', () => {
    const { name, resources } = template('hundredfold');
    const queue = { id: 'Queue', type: 'AWS::SQS::Queue', properties: {}, deletionPolicy: 'Retain' };
    expect(() => keptOf({ name, resources: [...resources, queue] })).toThrow(/Queue outlives the stack/);
  });

  test('every state that the pinned cdk knows of CloudFormation is one of the table, and no other', () => {
    const source = readFileSync(path.join(ROOT, 'infra/node_modules/aws-cdk/lib/index.js'), 'utf8');
    const [names = ''] = [...source.matchAll(/var StackStatus\w* = \{([^}]*)\}/g)]
      .map(([, body = '']) => body)
      .filter((body) => body.includes('REVIEW_IN_PROGRESS'));
    const known = [...names.matchAll(/(\w+): "/g)].map(([, name]) => name);
    expect(known.length).toBeGreaterThan(20);
    expect(Object.keys(STACK_STATES).sort()).toEqual(known.sort());
  });

  test('is protected where the data is', () => {
    expect([isProtected(template('hundredfold')), isProtected(template('hundredfold-development'))]).toEqual([
      true,
      false,
    ]);
  });

  test('the cdk itself reads what deploy gives it, and without an account goes no further', async () => {
    const { code, output } = await run('infra/deploy.ts', '--skip-doctor', '--profile', 'development');
    expect(output).toMatch(/Unable to resolve AWS account/);
    expect(code).toBe(1);
  }, 120_000);

  test('deploy stops at what the doctor found', async () => {
    const { code, output } = await run('infra/deploy.ts');
    expect(output).toMatch(/PROBLEM +credentials +No AWS credentials were found[\s\S]*Not deployed/);
    expect(code).toBe(1);
  }, 120_000);

  test('a wrong call ends with status 2 before anything is looked at', async () => {
    expect(await run('infra/destroy.ts', '--all')).toMatchObject({
      code: 2,
      output: expect.stringMatching(/--all/),
    });
  }, 60_000);
});
