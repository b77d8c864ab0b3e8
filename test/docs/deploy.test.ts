import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bill, billOf, together, without } from '../../infra/cost/bill.ts';
import { LOADS, reportOf } from '../../infra/cost/report.ts';
import { sagemakerOf } from '../../infra/cost/sagemaker.ts';
import { readTemplate } from '../../infra/cost/template.ts';
import { type Synthesised, stackPackages, synthesise } from '../infra/templates/synthesised.ts';
import { describeWhere } from '../support/requirement.ts';
import { ROOT } from './pages.ts';

const guide = readFileSync(path.join(ROOT, 'docs/guide/deploy.md'), 'utf8');
const reference = readFileSync(path.join(ROOT, 'docs/reference/stack.md'), 'utf8');

/** The figures of a row of the guide's first table. */
function figures(label: string): string[] {
  const line = guide.split('\n').find((one) => one.startsWith(`| ${label} |`)) ?? '';
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}

test('the loads of the guide are those of the report', () => {
  expect(figures('predictions an hour')).toEqual(
    LOADS.map((load) => (load === 0 ? 'none' : load.toLocaleString('en'))),
  );
});

test('the errors of the tools are named in the reference, and no others', () => {
  const [, section = ''] = reference.split('\n## The tools around it\n');
  const named = [...section.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code]) => code);
  const codes = globSync('infra/{cost,doctor,deploy,synthesis}/**/*.ts', { cwd: ROOT }).flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/readonly code = '(\w+)'/g)].map(
      ([, code]) => code,
    ),
  );
  expect(named.toSorted()).toEqual(codes.toSorted());
});

describeWhere(stackPackages(), 'the costs in the guide', () => {
  let made: Synthesised;
  beforeAll(async () => {
    made = await synthesise();
    expect(made.code).toBe(0);
  }, 120_000);
  afterAll(() => made.remove());

  test('of probes are those of the report', () => {
    const report = reportOf(readTemplate(path.join(made.folder, 'hundredfold.template.json')), 'us-east-1');
    for (const address of ['/health', '/ready']) {
      const [usd] = new RegExp(`(?<=^ {2}${address} a minute, more +)[\\d.]+`, 'm').exec(report) ?? [];
      expect([address, figures(`\`GET ${address}\``).at(-1)]).toEqual([address, usd]);
    }
  });

  test('are those that the template gives', () => {
    const costs = (stack: string, figure: (bill: Bill) => number) => {
      const template = readTemplate(path.join(made.folder, `${stack}.template.json`));
      return LOADS.map((predictionsPerHour) =>
        figure(billOf(template, { region: 'us-east-1', predictionsPerHour })).toFixed(2),
      );
    };
    expect({
      development: figures('development'),
      production: figures('production'),
      withoutEndpoint: figures('production, `invokeFromDatabase` off'),
      list: figures('production, without what is free'),
      listOfDevelopment: figures('development, without what is free'),
      both: figures('both in one account'),
      sagemaker: figures('one SageMaker endpoint, ml.m5.large'),
    }).toEqual({
      development: costs('hundredfold-development', ({ usd }) => usd),
      production: costs('hundredfold', ({ usd }) => usd),
      withoutEndpoint: costs('hundredfold', (bill) => without(bill, 'Interface endpoint').usd),
      list: costs('hundredfold', ({ list }) => list),
      listOfDevelopment: costs('hundredfold-development', ({ list }) => list),
      both: LOADS.map((predictionsPerHour) => {
        const bills = ['hundredfold-development', 'hundredfold'].map((stack) =>
          billOf(readTemplate(path.join(made.folder, `${stack}.template.json`)), {
            region: 'us-east-1',
            predictionsPerHour,
          }),
        );
        return together(bills, 'us-east-1').usd.toFixed(2);
      }),
      sagemaker: LOADS.map((load) => sagemakerOf('us-east-1', load).realTime.toFixed(2)),
    });
  });
});
