import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SETTINGS } from '../../infra/settings/table.ts';
import { PROFILE_NAMES, settingsOf } from '../../infra/settings.ts';
import { describeWhere } from '../support/requirement.ts';
import { ROOT, stackPackages } from './templates/synthesised.ts';

const ARN = 'arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';

/** What cannot work, and how the message about it begins. */
const REFUSED: readonly [string, Record<string, unknown>, string][] = [
  [
    'a sweep that never comes',
    { sweepEveryMinutes: 0 },
    'sweepEveryMinutes is a whole number of minutes from 2 to 60, not 0.',
  ],
  [
    'less memory than Lambda has',
    { predictMemory: 127 },
    'predictMemory is a whole number of MiB from 128 to 10240, not 127.',
  ],
  [
    'more memory than Lambda has',
    { trainMemory: 10_241 },
    'trainMemory is a whole number of MiB from 128 to 10240, not 10241.',
  ],
  ['memory that is no whole number', { trainMemory: 512.5 }, 'trainMemory is a whole number of MiB'],
  [
    'memory as text',
    { trainMemory: '512' },
    'trainMemory is a whole number of MiB from 128 to 10240, not "512".',
  ],
  [
    'a domain without certificate',
    { domainName: 'api.example.com' },
    'domainName is api.example.com and has no certificate',
  ],
  ['a certificate without domain', { certificateArn: ARN }, 'certificateArn is given without a domainName'],
  [
    'a certificate of another region',
    { domainName: 'api.example.com', certificateArn: ARN, region: 'eu-west-1' },
    'certificateArn is of eu-central-1, and the stack of eu-west-1',
  ],
  ['a region that there is not', { region: 'eu-central-9' }, 'region is the name of a region of AWS'],
  ['one zone', { zones: ['eu-central-1a'] }, 'zones is a list of two availability zones'],
  [
    'one zone twice',
    { zones: ['eu-central-1a', 'eu-central-1a'] },
    'zones is a list of two availability zones',
  ],
  [
    'zones of another region',
    { zones: ['eu-central-1a', 'eu-west-1b'], region: 'eu-central-1' },
    'zones names eu-west-1b, and the stack is of eu-central-1',
  ],
  ['a domain that is no host name', { domainName: 'https://x' }, 'domainName is a host name'],
  ['days that CloudWatch does not keep', { logDays: 8 }, 'logDays is one of 1, 3, 5, 7'],
  ['no backups', { backupDays: 0 }, 'backupDays is a whole number of days from 1 to 35, not 0.'],
  ['backups of a year', { backupDays: 365 }, 'backupDays is a whole number of days from 1 to 35'],
  ['no throughput', { throttleRate: 0 }, 'throttleRate is a whole number of requests a second from 1'],
  [
    'a burst that chokes the rate',
    { throttleRate: 1_000, throttleBurst: 5 },
    'throttleBurst is 5: less than a tenth',
  ],
  [
    'a capacity that Aurora has not',
    { databaseMinCapacity: 0.3 },
    'databaseMinCapacity is a number from 0 to 256 in steps of 0.5',
  ],
  [
    'a least above the most',
    { databaseMinCapacity: 4, databaseMaxCapacity: 2 },
    'databaseMaxCapacity is 2: at least 1, and at least',
  ],
  [
    'a pause sooner than Aurora can',
    { databasePauseMinutes: 4 },
    'databasePauseMinutes is a whole number of minutes from 5',
  ],
  ['no concurrency at all', { trainConcurrency: 0 }, 'trainConcurrency is a whole number from 1'],
  ['a stack name with capitals', { stackName: 'Hundredfold' }, 'stackName is lower-case letters'],
  ["tags that are AWS's own", { tags: { 'aws:x': 'y' } }, 'tags is an object of tags'],
  ['an address that is none', { alarmEmail: 'nobody' }, 'alarmEmail is an e-mail address'],
  ['a level that there is not', { logLevel: 'loud' }, 'logLevel is one of error, warn, info, debug'],
  [
    'an origin with a path',
    { corsOrigins: ['https://app.example.com/'] },
    'corsOrigins is a list of origins',
  ],
  ['a share above all', { tracedShare: 1.5 }, 'tracedShare is a number from 0 to 1 in steps of 0.01'],
  ['yes and no as text', { firewall: 'yes' }, 'firewall is true or false, not "yes".'],
  ['a setting that there is not', { memory: 512 }, 'memory is no setting of the stack.'],
];

describe('settings of the stack', () => {
  test.each(PROFILE_NAMES)('the profile %s can be used as it is, and has every setting', (profile) => {
    expect(Object.keys(settingsOf(profile)).sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  test.each(REFUSED)('%s: refused, naming the setting', (_, changes, message) => {
    expect(() => settingsOf('production', changes)).toThrow(message);
  });

  test('several that cannot work are all named at once', () => {
    expect(() => settingsOf('development', { predictMemory: 1, sweepEveryMinutes: 0, color: 'red' })).toThrow(
      /The settings of development cannot be used:\n {2}predictMemory .+\n {2}sweepEveryMinutes .+\n {2}color is no setting/,
    );
  });

  test('a domain with its certificate, and none at all, are both well', () => {
    expect(settingsOf('production', { domainName: 'api.example.com', certificateArn: ARN }).domainName).toBe(
      'api.example.com',
    );
    expect(settingsOf('production').domainName).toBeNull();
  });

  test('a profile that there is not is refused with the names of those that there are', () => {
    expect(() => settingsOf('staging')).toThrow(
      'There is no profile "staging": it is one of development, production',
    );
  });
});

describeWhere(stackPackages(), 'synthesis', () => {
  test.each(['app', 'doctor', 'cost'])(
    '%s: an option that there is not is named, and nothing else is said',
    (name) => {
      const { status, stderr, stdout } = spawnSync(
        process.execPath,
        [path.join(ROOT, `infra/${name}.ts`), '--bogus'],
        { encoding: 'utf8' },
      );
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/^Unknown option '--bogus'.*\n$/);
    },
  );

  test.each([
    ['is not there', null, /^The settings of .+ cannot be used:\n {2}ENOENT: no such file .+\n$/],
    ['is no JSON', '{"every"', /^The settings of .+ cannot be used:\n {2}Expected .+\n$/],
    ['holds no object', '[512]', /^The settings of .+ cannot be used:\n {2}It holds no object: .+\n$/],
  ])('of a file that %s says so', (_, content, message) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
    try {
      const file = path.join(folder, 'settings.json');
      if (content !== null) writeFileSync(file, content);
      const { status, stderr } = synthesise('--settings', file);
      expect(status).toBe(1);
      expect(stderr).toMatch(message);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const synthesise = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(ROOT, 'infra/app.ts'), ...args], { encoding: 'utf8' });

  test('of a setting that cannot work ends with 1 and that sentence alone, before anything is written', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
    try {
      const file = path.join(folder, 'settings.json');
      writeFileSync(file, JSON.stringify({ predictMemory: 64 }));
      const { status, stderr, stdout } = synthesise(
        '--profile',
        'production',
        '--settings',
        file,
        '--out',
        path.join(folder, 'out'),
      );
      expect({ status, stdout, stderr }).toEqual({
        status: 1,
        stdout: '',
        stderr:
          'The settings of production cannot be used:\n  predictMemory is a whole number of MiB from 128 to 10240, not 64.\n',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('of a profile that there is not ends with 1 and says which there are', () => {
    const { status, stderr } = synthesise('--profile', 'staging');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^There is no profile "staging".+\n$/),
    });
  });
});
