import { describe, expect, test } from '@jest/globals';
import { nextSteps, outputsOf } from '../../../infra/deploy/next-steps.ts';
import { readOptions, UsageError } from '../../../infra/deploy/options.ts';
import { chosenStack } from '../../../infra/synthesis/chosen-stack.ts';
import { withFolder } from '../cost/written.ts';

describe('the options of deploy and destroy', () => {
  test('are production without a word, and everything that is not ours is the CDK’s, in its order', () => {
    expect(readOptions([], [])).toEqual({
      profile: 'production',
      settings: undefined,
      flags: new Set(),
      forCdk: [],
    });
    const { profile, settings, flags, forCdk } = readOptions(
      ['--profile=development', '--require-approval', 'never', '--', '--settings', 'a.json', '--yes', '-v'],
      ['--yes'],
    );
    expect([profile, settings, [...flags], forCdk]).toEqual([
      'development',
      'a.json',
      ['--yes'],
      ['--require-approval', 'never', '-v'],
    ]);
  });

  test.each([['--profile'], ['--profile', '--yes'], ['--settings']])(
    '%s %s: a value is missing',
    (...given) => {
      expect(() => readOptions(given, ['--yes'])).toThrow(UsageError);
    },
  );

  test.each(['--app', '--all', '-o', '--outputs-file=x'])(
    '%s would be another stack than the one looked at',
    (given) => {
      expect(() => readOptions([given], [])).toThrow(/not for you/);
    },
  );
});

test('a file of settings names the stack, and is synthesised with', () => {
  const chosen = withFolder((write) => chosenStack('development', write('s.json', { stackName: 'mine' })));
  expect(chosen.settings.stackName).toBe('mine');
  expect(chosen.synthArguments).toEqual([
    '--profile',
    'development',
    '--settings',
    expect.stringMatching(/^\/.*s\.json$/),
  ]);
});

test('what to try next names the stack, its region and its address', () => {
  const outputs = outputsOf({ mine: { ApiUrl: 'https://x/v1', Region: 'eu-central-1' }, other: {} }, 'mine');
  const text = nextSteps('mine', outputs);
  expect(text).toContain('mine is deployed in eu-central-1: https://x/v1');
  expect(text.match(/npx hundredfold --stack mine /g)).toHaveLength(6);
  expect(outputsOf(null, 'mine')).toEqual({});
});
