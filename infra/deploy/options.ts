/** What `npm run deploy` and `npm run destroy` were told; whatever is not theirs is the CDK's. */
export interface DeployOptions {
  readonly profile: string;
  readonly settings: string | undefined;
  /** Options that stand for themselves: `--skip-doctor`. */
  readonly flags: ReadonlySet<string>;
  readonly forCdk: readonly string[];
}

/** A call that cannot be meant. */
export class UsageError extends Error {
  readonly code = 'deploy_usage_wrong';

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

const WITH_VALUE = ['--profile', '--settings'];
/** What the CDK is told by us, or what would take its approval to another stack than the one that was looked at. */
const OURS_ALONE = ['--app', '-a', '--all', '--outputs-file', '-O', '--output', '-o'];

/**
 * Reads arguments: `--profile NAME`, `--settings FILE` and the flags are ours, all others go to the CDK in their order.
 * @throws UsageError
 */
export function readOptions(given: readonly string[], flags: readonly string[]): DeployOptions {
  const values: Record<string, string> = {};
  const found = new Set<string>();
  const forCdk: string[] = [];
  const left = [...given];
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const [name = '', joined] = next.split(/=(.*)/s);
    if (WITH_VALUE.includes(name)) {
      const value = joined ?? left.shift();
      if (value === undefined || value.startsWith('-')) throw new UsageError(`${name} needs a value.`);
      values[name] = value;
    } else if (flags.includes(next)) {
      found.add(next);
    } else if (OURS_ALONE.includes(name)) {
      throw new UsageError(`${name} is not for you to give: the stack is that of --profile and --settings.`);
    } else if (next !== '--') {
      forCdk.push(next);
    }
  }
  return {
    profile: values['--profile'] ?? 'production',
    settings: values['--settings'],
    flags: found,
    forCdk,
  };
}
