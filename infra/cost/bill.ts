import { ALLOWANCES } from './allowances.ts';
import type { Assumed } from './assumptions.ts';
import { monthOf } from './month.ts';
import { type Meter, PRICES, type PricedRegion, priceOf, type Service } from './prices.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { type StackTemplate, TemplateError } from './template.ts';

/** So much of a meter for a service, and what it costs. */
export interface Line {
  readonly service: Service;
  readonly meter: Meter;
  readonly quantity: number;
  /** At the price of the table, and with what every account has free taken off. */
  readonly list: number;
  readonly usd: number;
}

export interface Bill {
  readonly lines: readonly Line[];
  readonly list: number;
  readonly usd: number;
}

export interface BillOptions {
  readonly region: PricedRegion;
  readonly predictionsPerHour: number;
  readonly assumed?: Assumed;
}

/** What a stack costs in a month, in USD. @throws TemplateError for a resource whose cost is not known */
export function billOf(template: StackTemplate, { region, predictionsPerHour, assumed }: BillOptions): Bill {
  const month = monthOf(template, predictionsPerHour, assumed);
  const quantities = new Map<Meter, number>();
  for (const resource of template.resources) {
    const cost = RESOURCE_TYPES[resource.type];
    if (cost === undefined) {
      throw new TemplateError(`What ${resource.type} costs is not known: infra/cost/resource-types.ts.`);
    }
    if ('free' in cost) continue;
    for (const { meter, quantity } of cost.usage(resource, month, template)) {
      quantities.set(meter, (quantities.get(meter) ?? 0) + quantity);
    }
  }
  return billed(quantities, region);
}

/** The bill of several stacks in one account: what is free each month is free once. */
export function together(bills: readonly Bill[], region: PricedRegion): Bill {
  const quantities = new Map<Meter, number>();
  for (const { meter, quantity } of bills.flatMap(({ lines }) => lines)) {
    quantities.set(meter, (quantities.get(meter) ?? 0) + quantity);
  }
  return billed(quantities, region);
}

function billed(quantities: ReadonlyMap<Meter, number>, region: PricedRegion): Bill {
  const lines = [...quantities].map(([meter, quantity]) => ({
    service: PRICES[meter].service,
    meter,
    quantity,
    list: priceOf(meter, quantity, region),
    usd: priceOf(meter, Math.max(0, quantity - (ALLOWANCES[meter] ?? 0)), region),
  }));
  return { lines, list: sumOf(lines, 'list'), usd: sumOf(lines, 'usd') };
}

/** The bill without one service: what a stack would cost that does without. */
export function without({ lines }: Bill, service: Service): Bill {
  const others = lines.filter((line) => line.service !== service);
  return { lines: others, list: sumOf(others, 'list'), usd: sumOf(others, 'usd') };
}

/** USD by service. */
export function byService({ lines }: Bill, column: 'list' | 'usd'): Map<Service, number> {
  const sums = new Map<Service, number>();
  for (const line of lines) sums.set(line.service, (sums.get(line.service) ?? 0) + line[column]);
  return sums;
}

function sumOf(lines: readonly Line[], column: 'list' | 'usd'): number {
  return lines.reduce((sum, line) => sum + line[column], 0);
}
