import { SETTINGS, type StackSettings } from './table.ts';

/** Settings that no stack can be made from; the message names each. */
export class SettingsError extends Error {
  readonly code = 'stack_settings_invalid';

  constructor(profile: string, problems: readonly string[]) {
    super(
      `The settings of ${profile} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.name = new.target.name;
  }
}

/**
 * The settings of one stack, each checked by itself and then against the others.
 *
 * @throws SettingsError naming every setting that is missing, unknown, out of range or at odds with another
 */
export function readSettings(profile: string, given: Readonly<Record<string, unknown>>): StackSettings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { kind }] of Object.entries(SETTINGS)) {
    if (!Object.hasOwn(given, name)) {
      problems.push(`${name} is missing: ${kind.words}.`);
      continue;
    }
    const outcome = kind.read(given[name]);
    if ('problem' in outcome) problems.push(`${name} ${outcome.problem}.`);
    else values[name] = outcome.value;
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(SETTINGS, name)) problems.push(`${name} is no setting of the stack.`);
  }
  // Every name of the table was read by its own kind.
  const settings = values as StackSettings;
  if (problems.length === 0) problems.push(...atOdds(settings));
  if (problems.length > 0) throw new SettingsError(profile, problems);
  return Object.freeze(settings);
}

/** What each setting allows, and both together do not. */
function atOdds(settings: StackSettings): string[] {
  const problems: string[] = [];
  const { domainName, certificateArn, region, zones } = settings;
  if (domainName !== null && certificateArn === null) {
    problems.push(`domainName is ${domainName} and has no certificate: certificateArn names one of ACM.`);
  }
  if (certificateArn !== null && domainName === null) {
    problems.push('certificateArn is given without a domainName that it is for.');
  }
  const of = certificateArn?.split(':')[3];
  if (of !== undefined && region !== null && of !== region) {
    problems.push(
      `certificateArn is of ${of}, and the stack of ${region}: an API needs a certificate of its own region.`,
    );
  }
  const elsewhere = region === null ? undefined : zones?.find((zone) => zone.slice(0, -1) !== region);
  if (elsewhere !== undefined) problems.push(`zones names ${elsewhere}, and the stack is of ${region}.`);
  if (settings.databaseMaxCapacity < Math.max(1, settings.databaseMinCapacity)) {
    problems.push(
      `databaseMaxCapacity is ${settings.databaseMaxCapacity}: at least 1, and at least databaseMinCapacity (${settings.databaseMinCapacity}).`,
    );
  }
  if (settings.throttleBurst < settings.throttleRate / 10) {
    problems.push(
      `throttleBurst is ${settings.throttleBurst}: less than a tenth of throttleRate (${settings.throttleRate}) lets that rate never be reached.`,
    );
  }
  return problems;
}
