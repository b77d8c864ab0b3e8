import type { Generated } from 'kysely';

/** JSON as PostgreSQL's jsonb holds it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The tables, as Kysely knows them: only what the repositories read or write by name. */
export interface Tables {
  'hundredfold.predictors': PredictorTable;
  'hundredfold.predictor_revisions': PredictorRevisionTable;
  'hundredfold.predictions': PredictionTable;
  'hundredfold.examples': ExampleTable;
  'hundredfold.staged_examples': StagedExampleTable;
  'hundredfold.retrainings': RetrainingTable;
  'hundredfold.models': ModelTable;
  'hundredfold.idempotency_keys': IdempotencyKeyTable;
  'hundredfold.settings': SettingTable;
}

interface PredictorTable {
  id: Generated<number>;
  /** Null once it is deleted, until its rows are gone, too. */
  name: string | null;
  revision: number;
  definition: JsonObject;
  signature: string;
  champion: number | null;
  promoted_at: Date | null;
  change: string;
}

interface PredictorRevisionTable {
  predictor_id: number;
  revision: number;
  definition: JsonObject;
  signature: string;
  target: string;
}

interface PredictionTable {
  id: string;
  row_id: Generated<string>;
  predictor_id: number;
  revision: number;
  model: number;
  inputs: JsonObject;
  answer: JsonObject;
  created_at: Generated<Date>;
}

interface ExampleTable {
  row_id: Generated<string>;
  predictor_id: number;
  revision: number;
  prediction_id: string | null;
  label_id: string | null;
  inputs: JsonObject | null;
  label: string | null;
  value: number | null;
  source: 'imported' | 'accepted' | 'corrected';
  created_at: Generated<Date>;
  changed_at: Generated<Date>;
}

interface StagedExampleTable {
  import_id: string;
  line: number;
  inputs: JsonObject;
  label: string | null;
  value: number | null;
}

interface RetrainingTable {
  id: Generated<string>;
  predictor_id: number;
  trigger: 'count' | 'request' | 'first' | 'import';
  status: Generated<'requested' | 'dispatched' | 'running' | 'finished'>;
  verdict: string | null;
}

interface ModelTable {
  predictor_id: number;
  version: number;
  status: 'champion' | 'retired' | 'rejected' | 'awaiting-approval';
  revision: number;
  signature: string;
  learner: string;
  settings: JsonObject;
  examples: number;
  metrics: JsonObject;
  sha256: string;
  key: string;
  size: string;
  fingerprint: string;
  learned: string;
  learned_labels: string | null;
  erased: number;
  code_version: string;
  trained_at: Date;
  promoted_at: Date | null;
  retired_at: Date | null;
  pruned_at: Date | null;
}

interface IdempotencyKeyTable {
  scope: string;
  key: string;
  fingerprint: string;
  prediction_id: string | null;
  status: number | null;
  response: JsonObject | null;
  created_at: Generated<Date>;
}

interface SettingTable {
  name: string;
  value: string;
}
