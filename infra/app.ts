// Writes the templates of the stacks: node infra/app.ts [--profile NAME] [--settings FILE] [--out FOLDER]
// --settings lays a JSON file of settings over those of the profile, or of each profile.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { synthesise } from './compose.ts';
import { SettingsError } from './settings/read-settings.ts';
import { PROFILE_NAMES, settingsOf, UnknownProfileError } from './settings.ts';

const { values } = parseArgs({
  options: { profile: { type: 'string' }, settings: { type: 'string' }, out: { type: 'string' } },
});

try {
  const changes = values.settings === undefined ? {} : JSON.parse(readFileSync(values.settings, 'utf8'));
  const names = values.profile === undefined ? PROFILE_NAMES : [values.profile];
  const profiles = Object.fromEntries(names.map((name) => [name, settingsOf(name, changes)]));
  // `cdk` says where it wants them.
  const outFolder = path.resolve(values.out ?? process.env.CDK_OUTDIR ?? 'cdk.out');
  const assembly = await synthesise({ profiles, outFolder });
  for (const stack of assembly.stacks) console.log(`${stack.stackName}: ${stack.templateFullPath}`);
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof UnknownProfileError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
