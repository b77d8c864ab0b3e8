import type { RecordingSettings } from '../../recording/open-recording.ts';

/** Limits of the HTTP service. Sizes in bytes, times in milliseconds. */
export interface AppSettings extends RecordingSettings {
  /** The longest body of a row, and of every other call but those below. */
  readonly rowLimit: number;
  /** The longest body of many rows. */
  readonly rowsLimit: number;
  /** The longest answer to many rows, as a text in JSON: nothing is stored that could not be answered. */
  readonly answerLimit: number;
  readonly definitionLimit: number;
  readonly importLimit: number;
  /** Imports at a time: each holds a database connection while it is sent. */
  readonly imports: number;
  /** How long one more waits for its turn before it is told to come back. */
  readonly importWait: number;
  /** An import that sends nothing for so long is given up. */
  readonly importPause: number;
  /** The longest that sending one request may take. */
  readonly requestTimeout: number;
  /**
   * How long a call waits for the store to be brought in line with what the database says. What was committed stands; the
   * next look, or the same call again, finishes the work.
   */
  readonly storeTimeout: number;
  /** The longest that sending the body of a call may take, but for an import's. */
  readonly bodyTimeout: number;
  /** Who takes nothing of a long answer for so long is cut off. */
  readonly readTimeout: number;
  /** Requests a second for one key, and a tenth of that for one address without a key; 0 for no limit. */
  readonly rateLimit: number;
  /** Pages of these origins (`https://app.example`) may call from a browser. */
  readonly corsOrigins: readonly string[];
  /** Serve `/docs`, the readable API documentation. */
  readonly docs: boolean;
}

export const DEFAULT_SETTINGS: AppSettings = Object.freeze({
  rowLimit: 262_144,
  rowsLimit: 5_242_880,
  answerLimit: Number.POSITIVE_INFINITY,
  definitionLimit: 1_048_576,
  importLimit: 1_073_741_824,
  imports: 4,
  importWait: 20_000,
  importPause: 60_000,
  requestTimeout: 3_600_000,
  recordingBudget: 1_000,
  drainTime: Number.POSITIVE_INFINITY,
  databaseSleeps: false,
  databaseTimeout: 3_000,
  storeTimeout: 5_000,
  bodyTimeout: 30_000,
  readTimeout: 30_000,
  rateLimit: 0,
  corsOrigins: [],
  docs: true,
});
