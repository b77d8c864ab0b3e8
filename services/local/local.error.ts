/** Every code that the local runtime fails with; stable, so that scripts may look at them. */
export type LocalErrorCode =
  | 'data_folder_in_use'
  | 'data_folder_newer'
  | 'data_folder_not_writable'
  | 'data_folder_parent_closed'
  | 'host_unavailable'
  | 'port_in_use'
  | 'postgres_failed_to_start'
  | 'postgres_unavailable'
  | 'setting_invalid'
  | 'setting_unknown'
  | 'training_process_died';

/** What went wrong on this machine, said so that its owner knows what to do. `cause` holds the system's own words. */
export class LocalError extends Error {
  readonly code: LocalErrorCode;

  constructor(code: LocalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The folder that holds everything cannot be used. */
export class DataFolderError extends LocalError {}

/** The embedded PostgreSQL cannot be had, or does not start. */
export class PostgresError extends LocalError {}

/** A flag or a variable says something that cannot be. */
export class SettingsError extends LocalError {}

/** The `code` of a system error (`ENOENT`, `EACCES` …), or an empty string. By its shape: a test runner's realm has an Error of its own. */
export function systemCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
