import { ALLOWANCES } from './allowances.ts';
import { ASSUMPTIONS, type Assumed, assumed } from './assumptions.ts';
import { type Bill, billOf, byService, together, without } from './bill.ts';
import { monthOf, type Trainings } from './month.ts';
import { PRICES, type PricedRegion, priceOf, type Service } from './prices.ts';
import { sagemakerOf } from './sagemaker.ts';
import type { StackTemplate } from './template.ts';

/** Predictions an hour that a bill is made for. */
export const LOADS = [0, 1, 100, 10_000] as const;

/** What watches an API, usually. */
const PROBES_PER_HOUR = 60;

/** The bills of a stack, for each load what is left to pay and what it is at list prices. */
export function reportOf(template: StackTemplate, region: PricedRegion): string {
  const bills = billsOf(template, region);
  const services = [...new Set(bills.flatMap((bill) => [...byService(bill, 'list').keys()]))];
  const rows = services
    .map((service) => ({
      service,
      cells: pairs(bills, (bill, column) => byService(bill, column).get(service) ?? 0),
    }))
    .filter(({ cells }) => cells.some((usd) => usd >= 0.005))
    .toSorted((a, b) => Number(b.cells[0]) - Number(a.cells[0]));
  const months = LOADS.map((load) => monthOf(template, load));
  const sagemaker = LOADS.map((load) => sagemakerOf(region, load));
  const probed = (probeWrites?: number) => {
    const changes = { probesPerHour: PROBES_PER_HOUR, ...(probeWrites === undefined ? {} : { probeWrites }) };
    const dearer = billsOf(template, region, changes);
    return pairs(bills, (bill, column, at) => (dearer[at]?.[column] ?? 0) - bill[column]).map(money);
  };
  return [
    `${template.name} in ${region}: USD a month, less what is free, and at list prices`,
    wide('predictions an hour', LOADS.map(loadText)),
    line(
      '',
      LOADS.flatMap(() => ['to pay', 'list']),
    ),
    ...rows.map(({ service, cells }) => line(`  ${service}`, cells.map(money))),
    line('total', pairs(bills, total).map(money)),
    ...endpointLine(bills),
    line('  /health a minute, more', probed(0)),
    line('  /ready a minute, more', probed()),
    '',
    wide(
      'trainings asked for',
      months.map(({ trainings }) => whole(trainings.wanted)),
    ),
    wide(
      'trainings carried out',
      months.map(({ trainings }) => `${whole(trainings.number)}${marked(trainings)}`),
    ),
    wide(
      'seconds of one, on average',
      months.map(({ trainings }) => whole(trainings.seconds)),
    ),
    wide(
      'hours that Aurora is awake',
      months.map(({ awakeHours }) => whole(awakeHours)),
    ),
    wide(
      'its ACU-hours',
      months.map(({ capacityHours }) => whole(capacityHours)),
    ),
    '',
    wide(
      'SageMaker, 1 × ml.m5.large',
      sagemaker.map(({ realTime }) => money(realTime)),
    ),
    wide(
      'SageMaker serverless, 2 GB',
      sagemaker.map(({ serverless }) => money(serverless)),
    ),
    ...months.flatMap(({ trainings }, at) => outgrownLine(LOADS[at] ?? 0, trainings)),
  ].join('\n');
}

/** The totals of several stacks in one account, whose free allowances count once. */
export function reportTogether(templates: readonly StackTemplate[], region: PricedRegion): string {
  const each = templates.map((template) => billsOf(template, region));
  const bills = LOADS.map((_load, at) =>
    together(
      each.flatMap((of) => of[at] ?? []),
      region,
    ),
  );
  const sums = pairs(bills, (_bill, column, at) =>
    each.reduce((sum, of) => sum + (of[at]?.[column] ?? 0), 0),
  );
  return [
    `${templates.map(({ name }) => name).join(' and ')} in one account: USD a month`,
    wide('predictions an hour, each', LOADS.map(loadText)),
    line('total', pairs(bills, total).map(money)),
    line('  each by itself, added', sums.map(money)),
  ].join('\n');
}

function billsOf(template: StackTemplate, region: PricedRegion, changes: Partial<Assumed> = {}): Bill[] {
  return LOADS.map((predictionsPerHour) =>
    billOf(template, { region, predictionsPerHour, assumed: assumed(changes) }),
  );
}

type Column = 'usd' | 'list';

/** For each bill two cells: less what is free, and at list prices. */
function pairs(bills: readonly Bill[], figure: (bill: Bill, column: Column, at: number) => number): number[] {
  return bills.flatMap((bill, at) => [figure(bill, 'usd', at), figure(bill, 'list', at)]);
}

function total(bill: Bill, column: Column): number {
  return bill[column];
}

function marked({ outgrownAfterDays }: Trainings): string {
  return outgrownAfterDays === null ? '' : '*';
}

function outgrownLine(load: number, { outgrownAfterDays, examples, number }: Trainings): string[] {
  if (outgrownAfterDays === null) return [];
  return [
    '',
    `* At ${loadText(load)} an hour a predictor has so many examples after ${whole(outgrownAfterDays)} days that a training no longer fits the 15 minutes of`,
    `  Lambda, and ends as failed: ${whole(examples)} on average. Counted are ${whole(number)} of 14 minutes, one after another all month, the most that Lambda`,
    '  could ask for one predictor. What lets them fit is fewer examples, or training as a task.',
  ];
}

/** What the figures rest on. */
export function restsOn(): string {
  const free = Object.entries(ALLOWANCES).map(
    ([meter, quantity]) => `${quantity.toLocaleString('en')} ${PRICES[meter as keyof typeof PRICES].unit}`,
  );
  return [
    `Prices as of ${oldestPrice()}, on demand, without tax; edited by hand in infra/cost/prices.ts, where each has its page.`,
    `"to pay" is what is left when what every account has free each month, for ever, is taken off: ${free.join(', ')}.`,
    'Others of the account, a second stack too, may use that up; then it is what "list" says. SageMaker: the endpoint alone, nothing around it.',
    'Predictions are evenly spread, which is the dearest: one an hour wakes Aurora 24 times a day.',
    `A probe asks /health or /ready, and neither asks the database. One that did, every few minutes, would keep Aurora awake: ${money(awakeAllMonth())} USD in us-east-1.`,
    '',
    'Assumed (infra/cost/assumptions.ts):',
    ...Object.entries(ASSUMPTIONS).map(
      ([name, { value, unit, why }]) => `  ${name} ${`${value} ${unit}`.trim()}: ${why}`,
    ),
  ].join('\n');
}

function endpointLine(bills: readonly Bill[]): string[] {
  const service: Service = 'Interface endpoint';
  if (bills.every((bill) => (byService(bill, 'usd').get(service) ?? 0) === 0)) return [];
  return [
    line('  without its endpoint', pairs(bills, (bill, column) => without(bill, service)[column]).map(money)),
  ];
}

/** USD for an Aurora that is never left to pause. */
function awakeAllMonth(): number {
  const { hours, steadyCapacity } = assumed();
  return priceOf('auroraCapacity', hours * steadyCapacity, 'us-east-1');
}

function oldestPrice(): string {
  return Object.values(PRICES)
    .map(({ asOf }) => asOf)
    .toSorted()[0] as string;
}

const LABEL = 28;
const CELL = 9;

function line(label: string, cells: readonly string[]): string {
  return label.padEnd(LABEL) + cells.map((cell) => cell.padStart(CELL)).join('');
}

/** A line of one figure for each load. */
function wide(label: string, cells: readonly string[]): string {
  return label.padEnd(LABEL) + cells.map((cell) => cell.padStart(2 * CELL)).join('');
}

function loadText(load: number): string {
  return load === 0 ? 'none' : load.toLocaleString('en');
}

function money(usd: number): string {
  return usd.toFixed(2);
}

function whole(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}
