import { assumed } from './assumptions.ts';
import { type PricedRegion, priceOf } from './prices.ts';

/** Of an answer of serverless inference with 2 GB, with Python and its libraries loaded. */
const SERVERLESS_SECONDS = 0.1;

/**
 * What the endpoint alone would cost that answers as many: no database, no API, no counting, no training. One ml.m5.large
 * answers 10,000 an hour without effort; AWS recommends two, in two zones.
 */
export function sagemakerOf(region: PricedRegion, predictionsPerHour: number) {
  const { hours } = assumed();
  return {
    realTime: priceOf('sagemakerHour', hours, region),
    serverless: priceOf('sagemakerServerlessSecond', predictionsPerHour * hours * SERVERLESS_SECONDS, region),
  };
}
