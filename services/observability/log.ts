/** What stands beside a message: names and numbers, never what somebody sent. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where a service writes what happens: one line each. None of its calls throws or waits. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** With the error behind it, `cause` included. */
  error(message: string, error?: unknown, fields?: LogFields): void;
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
