// What a month of the stack costs: node infra/cost.ts [--region REGION] [--out FOLDER] [--stack NAME]… [--chart FILE.svg] [--json]
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { billOf } from './cost/bill.ts';
import { chartOf } from './cost/chart.ts';
import { PRICED_REGIONS } from './cost/prices.ts';
import { LOADS, reportOf, reportTogether, restsOn } from './cost/report.ts';
import { readTemplate, TemplateError } from './cost/template.ts';
import { readFlags } from './deploy/flags.ts';
import { UsageError } from './deploy/options.ts';
import { PROFILES } from './settings.ts';
import { SynthesisError, templateFile } from './synthesis/templates.ts';

try {
  const values = readFlags({
    region: { type: 'string', default: PRICED_REGIONS[0] },
    out: { type: 'string', default: 'cdk.out' },
    stack: { type: 'string', multiple: true },
    chart: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  const region = PRICED_REGIONS.find((name) => name === values.region);
  if (region === undefined) {
    throw new TemplateError(
      `There are prices of ${PRICED_REGIONS.join(' and ')} (infra/cost/prices.ts), not of ${values.region}.`,
    );
  }
  const stacks = values.stack ?? Object.values(PROFILES).map(({ stackName }) => stackName);
  const folder = path.resolve(values.out);
  const templates = stacks.map((stack) => readTemplate(templateFile(folder, stack)));
  if (values.json) {
    const bills = templates.flatMap((template) =>
      LOADS.map((predictionsPerHour) => ({
        stack: template.name,
        region,
        predictionsPerHour,
        ...billOf(template, { region, predictionsPerHour }),
      })),
    );
    console.log(JSON.stringify(bills, null, 2));
  } else {
    for (const template of templates) console.log(`${reportOf(template, region)}\n`);
    if (templates.length > 1) console.log(`${reportTogether(templates, region)}\n`);
    console.log(restsOn());
  }
  // The last of them: the one with everything.
  const [template] = templates.slice(-1);
  if (values.chart !== undefined && template !== undefined)
    writeFileSync(values.chart, chartOf(template, region));
} catch (error) {
  const known = [UsageError, TemplateError, SynthesisError];
  if (!known.some((kind) => error instanceof kind)) throw error;
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
