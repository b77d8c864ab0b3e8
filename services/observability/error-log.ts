import { type Log as FullLog, silentLog as silent } from './log.ts';

/** The part of a log that routes and recording need. */
export type Log = Pick<FullLog, 'error'>;

export const silentLog: Log = silent;
