// Writes the templates of the stacks: node infra/app.ts [--profile NAME] [--settings FILE] [--out FOLDER]
// --settings lays a JSON file of settings over those of the profile, or of each profile.
import path from 'node:path';
import { synthesise } from './compose.ts';
import { readFlags } from './deploy/flags.ts';
import { UsageError } from './deploy/options.ts';
import { SettingsError } from './settings/read-settings.ts';
import { readSettingsFile } from './settings/settings-file.ts';
import { PROFILE_NAMES, settingsOf, UnknownProfileError } from './settings.ts';

try {
  const values = readFlags({
    profile: { type: 'string' },
    settings: { type: 'string' },
    out: { type: 'string' },
  });
  const changes = readSettingsFile(values.settings);
  const names = values.profile === undefined ? PROFILE_NAMES : [values.profile];
  const profiles = Object.fromEntries(names.map((name) => [name, settingsOf(name, changes)]));
  // `cdk` says where it wants them.
  const outFolder = path.resolve(values.out ?? process.env.CDK_OUTDIR ?? 'cdk.out');
  const assembly = await synthesise({ profiles, outFolder });
  for (const stack of assembly.stacks) console.log(`${stack.stackName}: ${stack.templateFullPath}`);
} catch (error) {
  const known = [UsageError, SettingsError, UnknownProfileError];
  if (!known.some((kind) => error instanceof kind)) throw error;
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
