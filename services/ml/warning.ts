/**
 * What a warning may be of, by its code, which never changes. A warning refuses nothing: it says what a person should look
 * at, and what to do where it is a mistake.
 */
export const WARNINGS = [
  'near_equal_labels',
  'near_equal_categories',
  'rare_labels',
  'missing_words',
  'missing_codes',
  'wild_values',
  'constant_numbers',
  'answer_given_away',
  'id_like_column',
  'conflicting_duplicates',
  'duplicate_rows',
  'imported_before',
  'learns_from_guesses',
  'pacing_without_effect',
  'models_lost',
  'unfit_examples',
] as const;

export interface Warning {
  readonly code: (typeof WARNINGS)[number];
  /** What was seen, with counts, and what to do: for a person. */
  readonly detail: string;
  /** The inputs, or the target, that it is about. */
  readonly columns: readonly string[];
  /** How many rows are concerned; 0 where it is about none. */
  readonly rows: number;
}
