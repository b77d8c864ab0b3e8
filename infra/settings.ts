import { readSettings } from './settings/read-settings.ts';
import type { StackSettings } from './settings/table.ts';

/** What a team changes: where its stacks are, how large, how watched. `docs/reference/stack.md` says what each one does. */
export const PROFILES = {
  /** To try things: nothing is kept when it is taken down. */
  development: {
    stackName: 'hundredfold-development',
    region: null,
    zones: null,
    tags: {},
    databaseMinCapacity: 0,
    databaseMaxCapacity: 2,
    databasePauseMinutes: 5,
    backupDays: 1,
    protectData: false,
    invokeFromDatabase: false,
    predictMemory: 512,
    predictConcurrency: null,
    trainMemory: 2048,
    trainConcurrency: null,
    sweepEveryMinutes: 5,
    logLevel: 'info',
    logDays: 7,
    throttleRate: 50,
    throttleBurst: 100,
    dailyQuota: null,
    corsOrigins: [],
    tracedShare: 1,
    domainName: null,
    certificateArn: null,
    firewall: false,
    firewallRate: 10_000,
    apiLogsRole: true,
    noncurrentDays: 7,
    alarmEmail: null,
    monthlyBudget: 25,
    dashboard: true,
  },
  /** What people depend on. */
  production: {
    stackName: 'hundredfold',
    region: null,
    zones: null,
    tags: {},
    databaseMinCapacity: 0,
    databaseMaxCapacity: 8,
    databasePauseMinutes: 5,
    backupDays: 14,
    protectData: true,
    invokeFromDatabase: true,
    predictMemory: 1024,
    predictConcurrency: null,
    trainMemory: 3008,
    trainConcurrency: 10,
    sweepEveryMinutes: 5,
    logLevel: 'info',
    logDays: 30,
    throttleRate: 200,
    throttleBurst: 400,
    dailyQuota: null,
    corsOrigins: [],
    tracedShare: 0.05,
    domainName: null,
    certificateArn: null,
    firewall: false,
    firewallRate: 10_000,
    apiLogsRole: true,
    noncurrentDays: 30,
    alarmEmail: null,
    monthlyBudget: 100,
    dashboard: true,
  },
} as const satisfies Readonly<Record<string, StackSettings>>;

export const PROFILE_NAMES: readonly string[] = Object.keys(PROFILES);

/** A name that is no profile's. */
export class UnknownProfileError extends Error {
  readonly code = 'stack_profile_unknown';

  constructor(name: string) {
    super(`There is no profile "${name}": it is one of ${PROFILE_NAMES.join(', ')} (infra/settings.ts).`);
    this.name = new.target.name;
  }
}

/**
 * The settings of a profile, with those of `changes` in place of its own.
 *
 * @throws UnknownProfileError, SettingsError
 */
export function settingsOf(profile: string, changes: Readonly<Record<string, unknown>> = {}): StackSettings {
  const found = Object.entries(PROFILES).find(([name]) => name === profile);
  if (found === undefined) throw new UnknownProfileError(profile);
  return readSettings(profile, { ...found[1], ...changes });
}
