import type { Serving } from './serving.ts';

/** What keeps a predictor from being taken over as its pointer says, look after look. */
export interface Trouble {
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** How often in a row it was met. */
  readonly looks: number;
}

export function troubleAgain(before: Trouble | null, error: unknown, now: number): Trouble {
  const reason = error instanceof Error ? error.message : String(error);
  return { reason, since: before?.since ?? now, looks: (before?.looks ?? 0) + 1 };
}

/** For a person: what is wrong, for how long, and who answers meanwhile. */
export function troubleSentence(
  name: string,
  trouble: Trouble,
  serving: Serving | null,
  now: number,
): string {
  const champion = serving?.champion ?? null;
  const meanwhile = champion === null ? 'no model answers' : `model ${champion.version} answers`;
  return `${name}: ${trouble.reason.replace(/\.$/, '')}; for ${duration(now - trouble.since)} ${meanwhile} meanwhile`;
}

function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
