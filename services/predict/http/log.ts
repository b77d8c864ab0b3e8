/** Where the service writes what went wrong: one line and the error behind it. */
export interface Log {
  error(message: string, error: unknown): void;
}

export const silentLog: Log = { error: () => undefined };
