import { errorFields } from './error-fields.ts';
import type { Log, LogFields } from './log.ts';

export const LOG_LEVELS = ['info', 'debug', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface JsonLogOptions {
  /** What speaks: `predict`, `train`. */
  readonly service: string;
  /** What is less than this is not written. */
  readonly level: LogLevel;
  /** Takes a line without its end. */
  readonly write: (line: string) => void;
}

/** A server's log: a JSON object a line, with the names that a function's log has. */
export function jsonLog({ service, level, write }: JsonLogOptions): Log {
  const line = (of: LogLevel, message: string, fields: object) => {
    if (RANK[of] < RANK[level]) return;
    const timestamp = new Date().toISOString();
    write(JSON.stringify({ level: of.toUpperCase(), message, timestamp, service, ...fields }));
  };
  return {
    info: (message, fields: LogFields = {}) => line('info', message, fields),
    warn: (message, fields: LogFields = {}) => line('warn', message, fields),
    error: (message, error, fields: LogFields = {}) =>
      line('error', message, { ...fields, ...(error === undefined ? {} : { error: errorFields(error) }) }),
  };
}
