import type { Judgement } from './judgement.ts';

/** So large a share of what the champion learned from can move its figures by more than the usual margin, one point. */
const SHARE = 0.01;

/** Rows that the champion learned from and nothing may learn from any more, and how many it learned from in all. */
export interface Withdrawn {
  readonly rows: number;
  readonly of: number;
}

/** @param seen by example, whether the champion learned from it */
export function withdrawnFrom(
  learned: number,
  examples: readonly { readonly seen?: boolean | undefined }[],
): Withdrawn {
  const left = examples.reduce((sum, { seen }) => sum + (seen === true ? 1 : 0), 0);
  return { rows: Math.max(0, learned - left), of: learned };
}

/** Is it so much that the champion is another model than it would be without these rows? */
export function isMuch({ rows, of }: Withdrawn): boolean {
  return rows > 0 && rows >= SHARE * of;
}

/**
 * Does the champion make way for a challenger of whom nothing is proven? It does where much of what it learned was taken
 * back, or more than there are unseen rows to speak for it.
 */
export function makesWay(withdrawn: Withdrawn, unseen: number): boolean {
  return isMuch(withdrawn) || withdrawn.rows > unseen;
}

/** Why a challenger takes over that is not proven to be as good, in a sentence for a person. */
export function makingWayReason({ rows, of }: Withdrawn, judgement: Judgement): string {
  const gone = `${rows} of the ${of} rows that the champion learned from ${rows === 1 ? 'is' : 'are'} no longer there to learn from`;
  return `${gone}, and ${unproven(judgement)}: the champion makes way.`;
}

function unproven({ rows, champion, challenger }: Judgement): string {
  if (rows === 0 || champion === null || challenger === null) return 'no unseen row speaks for it';
  const on = rows === 1 ? 'on 1 unseen row' : `on ${rows} unseen rows`;
  if ('mae' in champion && 'mae' in challenger) {
    return `${on} the challenger is not surely worse (off by ${shown(challenger.mae)} on average against ${shown(champion.mae)})`;
  }
  if ('correct' in champion && 'correct' in challenger) {
    return `${on} the challenger is not surely worse (right on ${challenger.correct} against ${champion.correct})`;
  }
  throw new TypeError('both are judged by the same figures');
}

function shown(error: number): string {
  return String(Number(error.toPrecision(4)));
}
