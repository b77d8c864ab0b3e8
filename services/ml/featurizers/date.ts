import type { InputValue } from '../predictor/definition.ts';
import { type Featurizer, FeaturizerError, type FittedFeaturizer, type StandardScale } from './featurizer.ts';
import { fitScale, isWild, standardised } from './scale.ts';

const DAY_MS = 86_400_000;
const WEEKDAY = 1;
const MONTH = WEEKDAY + 7;
const MISSING = MONTH + 12;
const WILD = MISSING + 1;
const HOUR = WILD + 1;
const NO_HOUR = HOUR + 24;

/**
 * Days since 1970 (standardised), weekday, month, missing, wild (9999-12-31 for an open end); and, where any training value has a time of day, its hour
 * or that it has none. Read as written: a row's own offset says what a Monday was to who wrote it, and the machine's
 * time zone plays no part.
 */
export const dateFeaturizer: Featurizer = {
  fit(values) {
    const moments = values.filter((value) => value !== null).map(momentOf);
    const hours = moments.some((moment) => moment.hour !== null);
    return fittedDate(fitScale(Float64Array.from(moments, (moment) => moment.days)), hours);
  },
};

export function fittedDate(scale: StandardScale, hours: boolean): FittedFeaturizer {
  return {
    width: hours ? NO_HOUR + 1 : HOUR,
    encode(value, out, offset) {
      if (value === null) {
        out.push(offset + MISSING, 1);
        return;
      }
      const moment = momentOf(value);
      out.push(offset, standardised(moment.days, scale));
      if (isWild(moment.days, scale)) out.push(offset + WILD, 1);
      out.push(offset + WEEKDAY + moment.weekday, 1);
      out.push(offset + MONTH + moment.month, 1);
      if (hours) out.push(offset + (moment.hour === null ? NO_HOUR : HOUR + moment.hour), 1);
    },
    save: () => ({ facts: { kind: 'date', scale, hours }, tensors: {} }),
  };
}

interface Moment {
  readonly days: number;
  readonly weekday: number;
  readonly month: number;
  readonly hour: number | null;
}

const ISO = /^([+-]\d{6}|\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}))?/;

function momentOf(value: InputValue): Moment {
  if (typeof value !== 'string') {
    throw new FeaturizerError('wrong_type', `expected an ISO date, got ${typeof value}`);
  }
  const parts = ISO.exec(value);
  if (parts === null)
    throw new FeaturizerError('wrong_type', `expected an ISO date, got ${JSON.stringify(value)}`);
  const [, year, month, day, hour] = parts;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return {
    days: Math.floor(date.getTime() / DAY_MS),
    weekday: date.getUTCDay(),
    month: date.getUTCMonth(),
    hour: hour === undefined ? null : Math.min(23, Number(hour)),
  };
}
