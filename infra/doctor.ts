// Looks at everything that a deployment needs, before anything is created: node infra/doctor.ts [--profile NAME] [--settings FILE]
// Exits with 0 where nothing stands against deploying, 1 where something does.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readTemplate, TemplateError } from './cost/template.ts';
import { isWell, reportOf } from './doctor/report.ts';
import { stackFindings } from './doctor/stack-findings.ts';
import { SettingsError } from './settings/read-settings.ts';
import { UnknownProfileError } from './settings.ts';
import { chosenStack, STACK_OPTIONS } from './synthesis/chosen-stack.ts';
import { SynthesisError, synthesise } from './synthesis/templates.ts';

const { values } = parseArgs({ options: STACK_OPTIONS });
const folder = mkdtempSync(path.join(os.tmpdir(), 'hundredfold-doctor-'));
try {
  const { settings, synthArguments } = chosenStack(values.profile, values.settings);
  synthesise([...synthArguments, '--out', folder]);
  const template = readTemplate(path.join(folder, `${settings.stackName}.template.json`));
  const findings = await stackFindings(template, settings.region, process.env);
  console.log(reportOf(findings));
  process.exitCode = isWell(findings) ? 0 : 1;
} catch (error) {
  const known = [SettingsError, UnknownProfileError, TemplateError, SynthesisError];
  if (!known.some((kind) => error instanceof kind)) throw error;
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
