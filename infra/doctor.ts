// Looks at everything that a deployment needs, before anything is created: node infra/doctor.ts [--profile NAME] [--settings FILE]
// Exits with 0 where nothing stands against deploying, 1 where something does.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readTemplate, TemplateError } from './cost/template.ts';
import { readFlags } from './deploy/flags.ts';
import { UsageError } from './deploy/options.ts';
import { isWell, reportOf } from './doctor/report.ts';
import { stackFindings } from './doctor/stack-findings.ts';
import { SettingsError } from './settings/read-settings.ts';
import { UnknownProfileError } from './settings.ts';
import { chosenStack, STACK_OPTIONS } from './synthesis/chosen-stack.ts';
import { SynthesisError, synthesise } from './synthesis/templates.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'hundredfold-doctor-'));
try {
  const values = readFlags(STACK_OPTIONS);
  const { settings, synthArguments } = chosenStack(values.profile, values.settings);
  synthesise([...synthArguments, '--out', folder]);
  const template = readTemplate(path.join(folder, `${settings.stackName}.template.json`));
  const findings = await stackFindings(template, settings.region, process.env);
  console.log(reportOf(findings));
  process.exitCode = isWell(findings) ? 0 : 1;
} catch (error) {
  const known = [UsageError, SettingsError, UnknownProfileError, TemplateError, SynthesisError];
  if (!known.some((kind) => error instanceof kind)) throw error;
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
