/** Stands between a skipped block's name and the reason; the run's summary looks for it. */
export const SKIPPED_FOR = ' — skipped: ';
/** Stands between the reason and the command that runs the block all the same. */
export const RUN_BY = ' — run by: ';
/** In a command, where the files of the blocks go. */
export const FILES = 'FILES';
