import type { Month } from './month.ts';
import type { Meter } from './prices.ts';
import type { Resource, StackTemplate } from './template.ts';

/** So much of something that has a price. */
export interface Usage {
  readonly meter: Meter;
  readonly quantity: number;
}

/** What a resource of a template uses in a month. */
export type UsageOf = (resource: Resource, month: Month, template: StackTemplate) => Usage[];

export function used(meter: Meter, quantity: number): Usage {
  return { meter, quantity };
}
