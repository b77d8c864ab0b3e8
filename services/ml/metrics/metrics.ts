import type { LabelMetrics } from './label-metrics.ts';
import type { NumberMetrics } from './number-metrics.ts';

/** Figures of some of the rows, with their share of all; nothing but the share where there are none. */
export type Part<Figures> =
  | (Figures & { readonly share: number })
  | { readonly share: number; readonly rows: 0 };

export type WithParts<Figures> = Figures & { readonly seen: Part<Figures>; readonly new: Part<Figures> };

/**
 * Figures from rows that the fit did not see, in the mix of known and new inputs that the examples have: of all, of
 * those whose inputs another example has too, and of inputs that no other example has.
 */
export type Metrics =
  | WithParts<LabelMetrics>
  | (WithParts<NumberMetrics> & {
      /** Rows whose target stands so far apart that it counts in no figure. */
      readonly wild: number;
    });
