import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { billOf, without } from '../../../infra/cost/bill.ts';
import { chartOf } from '../../../infra/cost/chart.ts';
import { PRICED_REGIONS, type PricedRegion } from '../../../infra/cost/prices.ts';
import { reportOf, reportTogether } from '../../../infra/cost/report.ts';
import { RESOURCE_TYPES } from '../../../infra/cost/resource-types.ts';
import { readTemplate, type StackTemplate } from '../../../infra/cost/template.ts';
import { describeWhere } from '../../support/requirement.ts';
import { ROOT, type Synthesised, stackPackages, synthesise } from '../templates/synthesised.ts';

const OTHER = {
  stackName: 'other',
  invokeFromDatabase: false,
  firewall: true,
  domainName: 'api.example.com',
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
  alarmEmail: 'team@example.com',
};

describeWhere(stackPackages(), 'the cost of the stack', () => {
  let made: Synthesised[];
  let production: StackTemplate;
  let development: StackTemplate;
  let other: StackTemplate;
  beforeAll(async () => {
    made = await Promise.all([synthesise(), synthesise({ profile: 'production', settings: OTHER })]);
    expect(made.filter(({ code }) => code !== 0).map(({ output }) => output)).toEqual([]);
    const read = (index: number, stack: string) =>
      readTemplate(path.join(made[index]?.folder ?? '', `${stack}.template.json`));
    production = read(0, 'hundredfold');
    development = read(0, 'hundredfold-development');
    other = read(1, 'other');
  }, 120_000);
  afterAll(() => Promise.all(made.map((synthesised) => synthesised.remove())));

  const idle = (template: StackTemplate, region: PricedRegion) =>
    billOf(template, { region, predictionsPerHour: 0 });

  test('every type of resource has a price, or a reason why it has none', () => {
    const types = new Set(
      [production, development, other].flatMap(({ resources }) => resources.map(({ type }) => type)),
    );
    expect([...types].filter((type) => !Object.hasOwn(RESOURCE_TYPES, type))).toEqual([]);
  });

  test.each(PRICED_REGIONS)('idle in %s: 11 USD a month or less with the endpoint, 3 without', (region) => {
    expect(idle(production, region).usd).toBeLessThanOrEqual(11);
    expect(without(idle(production, region), 'Interface endpoint').usd).toBeLessThanOrEqual(3);
    expect(idle(development, region).usd).toBeLessThanOrEqual(3);
  });

  test('idle, nothing costs a dollar but the endpoint, once what every account has free is taken off', () => {
    const dear = idle(production, 'us-east-1').lines.filter(({ usd }) => usd >= 1);
    expect(dear.map(({ meter }) => meter)).toEqual(['endpointHour']);
  });

  test('a stack without the endpoint costs what one with it does, less its line', () => {
    const firewall = (bill: ReturnType<typeof billOf>) => without(bill, 'WAF').usd;
    expect(firewall(idle(other, 'us-east-1'))).toBeCloseTo(
      without(idle(production, 'us-east-1'), 'Interface endpoint').usd,
      6,
    );
  });

  test('a firewall costs its list price before the first request', () => {
    const lines = idle(other, 'us-east-1').lines.filter(({ service }) => service === 'WAF');
    expect(lines.reduce((sum, { usd }) => sum + usd, 0)).toBe(9);
  });

  test('the report says what the bill does, less what is free and at list prices, and the ACU-hours', () => {
    const report = reportOf(production, 'us-east-1');
    const { usd, list } = idle(production, 'us-east-1');
    expect(report).toMatch(new RegExp(`^total +${usd.toFixed(2)} +${list.toFixed(2)} `, 'm'));
    expect(report).toMatch(/^ {2}CloudWatch +0\.70 +[1-9]/m);
    expect(report).toMatch(/hours that Aurora is awake +3\.5 +\d+ +730 +730/);
    expect(report).toMatch(/SageMaker, 1 × ml\.m5\.large +83\.95/);
  });

  test('the report marks the loads at which a training outgrows Lambda, and those alone', () => {
    const report = reportOf(production, 'us-east-1');
    expect(report).toMatch(/^trainings carried out +0\.0 +7\.3 +730 +[\d,]+\*$/m);
    expect(report).toMatch(/^\* At 10,000 an hour .* after 11 days/m);
    expect(report.match(/^\* /gm)).toHaveLength(1);
  });

  test('both stacks in one account cost more than each by itself: what is free is free once', () => {
    const report = reportTogether([development, production], 'us-east-1');
    const figure = (label: string) => Number(new RegExp(`^ *${label} +([\\d.]+)`, 'm').exec(report)?.[1]);
    expect(figure('total')).toBeGreaterThan(figure('each by itself, added') + 0.9);
  });

  test('the picture in the guide is the one that the template makes', () => {
    const kept = readFileSync(path.join(ROOT, 'docs/guide/cost.svg'), 'utf8');
    // Run: npm run cost -- --stack hundredfold --chart docs/guide/cost.svg
    expect(chartOf(production, 'us-east-1')).toBe(kept);
  });
});
