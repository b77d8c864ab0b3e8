import { LearnerError } from './errors.ts';

/** What may be given for one setting of a learner, what holds where nothing is given, and what it means. */
export type Setting =
  | {
      readonly type: 'number' | 'integer';
      readonly low: number;
      readonly high: number;
      readonly default: number;
      readonly meaning: string;
    }
  | {
      readonly type: 'choice';
      readonly of: readonly string[];
      readonly default: string;
      readonly meaning: string;
    };

export type SettingTable = Readonly<Record<string, Setting>>;

/** The values of a table's settings, each of its own type. */
export type ValuesOf<Table extends SettingTable> = {
  readonly [Key in keyof Table]: Table[Key] extends { readonly of: readonly (infer Choice extends string)[] }
    ? Choice
    : number;
};

/** Values by name, as they stand in a recipe and in a model's head. */
export type LearnerSettings = Readonly<Record<string, number | string>>;

/**
 * The values of all settings, with the defaults where none is given.
 * @throws LearnerError `bad_setting` naming the one that is unknown or out of range
 */
export function completeSettings<Table extends SettingTable>(
  learner: string,
  table: Table,
  given: LearnerSettings,
): ValuesOf<Table> {
  const defaults = Object.entries(table).map(([key, { default: value }]): [string, number | string] => [
    key,
    value,
  ]);
  const values: LearnerSettings = { ...Object.fromEntries(defaults), ...given };
  requireFitting(learner, table, values);
  return values;
}

function requireFitting<Table extends SettingTable>(
  learner: string,
  table: Table,
  values: LearnerSettings,
): asserts values is ValuesOf<Table> {
  for (const [key, value] of Object.entries(values)) {
    const setting = Object.hasOwn(table, key) ? table[key] : undefined;
    if (setting === undefined) throw new LearnerError('bad_setting', `${learner} has no setting ${key}`);
    if (!fits(setting, value)) {
      throw new LearnerError('bad_setting', `${learner}: ${key} must be ${rangeOf(setting)}, got ${value}`);
    }
  }
}

function fits(setting: Setting, value: number | string): boolean {
  if (setting.type === 'choice') return typeof value === 'string' && setting.of.includes(value);
  return (
    typeof value === 'number' &&
    value >= setting.low &&
    value <= setting.high &&
    (setting.type === 'number' || Number.isInteger(value))
  );
}

/** As in "c must be …". */
function rangeOf(setting: Setting): string {
  if (setting.type === 'choice') return `one of ${setting.of.join(', ')}`;
  const kind = setting.type === 'integer' ? 'a whole number' : 'a number';
  return `${kind} from ${setting.low} to ${setting.high}`;
}
