/** Stands between a skipped block's name and the reason; the run's summary looks for it. */
export const SKIPPED_FOR = ' — skipped: ';
