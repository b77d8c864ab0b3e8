/** How a check ended. `skipped`: it could not be made, because of another one. */
export type Verdict = 'ok' | 'warning' | 'problem' | 'skipped';

/** What a check found, and what to do about it. */
export interface Finding {
  readonly of: string;
  readonly verdict: Verdict;
  readonly says: string;
  readonly todo?: string;
}

export function ok(of: string, says: string): Finding {
  return { of, verdict: 'ok', says };
}

export function warning(of: string, says: string, todo: string): Finding {
  return { of, verdict: 'warning', says, todo };
}

export function problem(of: string, says: string, todo: string): Finding {
  return { of, verdict: 'problem', says, todo };
}

export function skipped(of: string, says: string): Finding {
  return { of, verdict: 'skipped', says };
}
