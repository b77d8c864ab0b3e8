import { Logger } from '@aws-lambda-powertools/logger';
import { errorFields } from './error-fields.ts';
import type { LogLevel } from './json-log.ts';
import type { Log, LogFields } from './log.ts';

export interface PowertoolsOptions {
  /** Which function speaks: it is the dimension of its metrics, too. */
  readonly service: string;
}

const LEVELS = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;

/** A function's log, in the lines of Powertools for AWS Lambda, each with the ids of the call that it belongs to. */
export class PowertoolsLog implements Log {
  readonly #logger: Logger;

  constructor({ service, level }: PowertoolsOptions & { readonly level: LogLevel }) {
    this.#logger = new Logger({ serviceName: service, logLevel: LEVELS[level] });
  }

  /** What the lines of the call that begins have beside their own fields. */
  begin(fields: LogFields): void {
    this.#logger.resetKeys();
    this.#logger.appendKeys({ ...fields });
  }

  info(message: string, fields: LogFields = {}): void {
    this.#logger.info(message, { ...fields });
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#logger.warn(message, { ...fields });
  }

  error(message: string, error?: unknown, fields: LogFields = {}): void {
    this.#logger.error(message, { ...fields, ...(error === undefined ? {} : { error: errorFields(error) }) });
  }
}
