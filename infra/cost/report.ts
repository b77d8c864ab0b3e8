import { ALLOWANCES } from './allowances.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import { type Bill, billOf, byService, without } from './bill.ts';
import { monthOf } from './month.ts';
import { PRICES, type PricedRegion, type Service } from './prices.ts';
import { sagemakerOf } from './sagemaker.ts';
import type { StackTemplate } from './template.ts';

/** Predictions an hour that a bill is made for. */
export const LOADS = [0, 1, 100, 10_000] as const;

/** The bills of a stack, a column for each load. */
export function reportOf(template: StackTemplate, region: PricedRegion): string {
  const bills = LOADS.map((predictionsPerHour) => billOf(template, { region, predictionsPerHour }));
  const services = [...new Set(bills.flatMap((bill) => [...byService(bill, 'usd').keys()]))];
  const rows = services
    .map((service) => [service, ...bills.map((bill) => byService(bill, 'usd').get(service) ?? 0)] as const)
    .filter(([, ...sums]) => sums.some((usd) => usd >= 0.005))
    .toSorted((a, b) => Number(b[1]) - Number(a[1]));
  const months = LOADS.map((load) => monthOf(template, load));
  const sagemaker = LOADS.map((load) => sagemakerOf(region, load));
  return [
    `${template.name} in ${region}: USD a month`,
    line(
      'predictions an hour',
      LOADS.map((load) => (load === 0 ? 'none' : load.toLocaleString('en'))),
    ),
    ...rows.map(([service, ...sums]) => line(`  ${service}`, sums.map(money))),
    line(
      'total',
      bills.map(({ usd }) => money(usd)),
    ),
    ...endpointLine(bills),
    line(
      'total at list prices',
      bills.map(({ list }) => money(list)),
    ),
    '',
    line(
      'retrainings a month',
      months.map(({ retrainings }) => whole(retrainings)),
    ),
    line(
      'hours that Aurora is awake',
      months.map(({ awakeHours }) => whole(awakeHours)),
    ),
    line(
      'its ACU-hours',
      months.map(({ capacityHours }) => whole(capacityHours)),
    ),
    '',
    line(
      'SageMaker, 1 × ml.m5.large',
      sagemaker.map(({ realTime }) => money(realTime)),
    ),
    line(
      'SageMaker serverless, 2 GB',
      sagemaker.map(({ serverless }) => money(serverless)),
    ),
  ].join('\n');
}

/** What the figures rest on. */
export function restsOn(): string {
  const free = Object.entries(ALLOWANCES).map(
    ([meter, quantity]) => `${quantity.toLocaleString('en')} ${PRICES[meter as keyof typeof PRICES].unit}`,
  );
  return [
    `Prices as of ${oldestPrice()}, on demand, without tax; edited by hand in infra/cost/prices.ts, where each has its page.`,
    `"total" has taken off what every account has free each month, for ever: ${free.join(', ')}.`,
    'Others of the account may use that up; then it is what "list prices" says. SageMaker: the endpoint alone, nothing around it.',
    'Predictions are evenly spread, which is the dearest: one an hour wakes Aurora 24 times a day.',
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
    line(
      '  without its endpoint',
      bills.map((bill) => money(without(bill, service).usd)),
    ),
  ];
}

function oldestPrice(): string {
  return Object.values(PRICES)
    .map(({ asOf }) => asOf)
    .toSorted()[0] as string;
}

function line(label: string, cells: readonly string[]): string {
  return label.padEnd(28) + cells.map((cell) => cell.padStart(10)).join('');
}

function money(usd: number): string {
  return usd.toFixed(2);
}

function whole(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}
