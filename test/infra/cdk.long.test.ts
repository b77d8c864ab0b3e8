import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { PROFILE_NAMES, settingsOf } from '../../infra/settings.ts';
import { describeWhere } from '../support/requirement.ts';
import { stackPackages } from './templates/synthesised.ts';

const infra = path.resolve(import.meta.dirname, '../../infra');

describeWhere(stackPackages(), 'cdk in infra, as people are used to it,', () => {
  test('lists the stack of each profile', async () => {
    const cdk = path.join(infra, 'node_modules/.bin/cdk');
    const { stdout } = await promisify(execFile)(cdk, ['list'], { cwd: infra });
    const stacks = PROFILE_NAMES.map((name) => settingsOf(name, {}).stackName);
    expect(stdout.trim().split('\n').slice(-stacks.length).sort()).toEqual(stacks.sort());
  }, 120_000);
});
