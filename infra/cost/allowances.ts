import type { Meter } from './prices.ts';

/**
 * What every account has free each month, for as long as it exists. What is free for the first twelve months, or as a credit
 * of a new account, is not here. Others of the account may have used it up: so a bill is shown with and without.
 */
export const ALLOWANCES: Readonly<Partial<Record<Meter, number>>> = {
  lambdaGbSecond: 400_000,
  lambdaRequest: 1_000_000,
  alarmMetric: 10,
  dashboard: 3,
  customMetric: 10,
  logIngest: 5,
  trace: 100_000,
  queueRequest: 1_000_000,
  transferOut: 100,
};
