import path from 'node:path';
import { readSettingsFile } from '../settings/settings-file.ts';
import type { StackSettings } from '../settings/table.ts';
import { settingsOf } from '../settings.ts';

/** Which stack the tools work on, as their options say. */
export interface ChosenStack {
  readonly settings: StackSettings;
  /** What `npm run synth` is told for it. */
  readonly synthArguments: readonly string[];
}

/** The options by which a stack is chosen, in the words of `parseArgs`. */
export const STACK_OPTIONS = {
  profile: { type: 'string', default: 'production' },
  settings: { type: 'string' },
} as const;

/**
 * The stack of a profile, with the settings of a JSON file laid over its own.
 * @throws SettingsError, UnknownProfileError
 */
export function chosenStack(profile: string, settingsFile: string | undefined): ChosenStack {
  const file = settingsFile === undefined ? null : path.resolve(settingsFile);
  return {
    settings: settingsOf(profile, readSettingsFile(settingsFile)),
    synthArguments: ['--profile', profile, ...(file === null ? [] : ['--settings', file])],
  };
}
