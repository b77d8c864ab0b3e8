-- Answered rows and known rows draw from one sequence, so that a set of row ids names what a model learned from.
create sequence hundredfold.row_ids as bigint;

create table hundredfold.predictions (
  id uuid primary key,
  row_id bigint not null default nextval('hundredfold.row_ids'),
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  revision integer not null,
  model integer not null,
  inputs jsonb not null,
  -- {"suggestions": […]} or {"value": …, "interval": {…}}, as it was shown.
  answer jsonb not null,
  created_at timestamptz not null default now()
);
create unique index predictions_by_row on hundredfold.predictions (predictor_id, row_id);

-- Every label ever given to a prediction, newest last.
create table hundredfold.labels (
  id bigint generated always as identity primary key,
  prediction_id uuid not null references hundredfold.predictions on delete cascade,
  label text collate "C",
  value double precision,
  source text not null check (source in ('accepted', 'corrected')),
  -- The place among the suggestions shown, from 1; null when it was not among them.
  rank integer,
  created_at timestamptz not null default clock_timestamp(),
  check (num_nonnulls(label, value) = 1)
);
create index labels_by_prediction on hundredfold.labels (prediction_id, id);

-- The rows whose target is known, as it is known now. A labelled prediction keeps its inputs in its own row.
create table hundredfold.examples (
  row_id bigint primary key default nextval('hundredfold.row_ids'),
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  revision integer not null,
  prediction_id uuid unique references hundredfold.predictions on delete cascade,
  inputs jsonb,
  label text collate "C",
  value double precision,
  source text not null check (source in ('imported', 'accepted', 'corrected')),
  created_at timestamptz not null default now(),
  -- By the clock, and not by the transaction's start: an import may begin long before it ends.
  changed_at timestamptz not null default clock_timestamp(),
  check (num_nonnulls(label, value) = 1),
  check ((prediction_id is null) = (source = 'imported')),
  check ((prediction_id is null) = (inputs is not null))
);
create index examples_by_predictor on hundredfold.examples (predictor_id, row_id) include (source, revision, label);

-- The ids of erased rows, and nothing else of them: a model that was learning from one at that moment is still flagged.
create table hundredfold.erased_rows (
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  row_id bigint not null,
  primary key (predictor_id, row_id)
);

-- The labels a predictor has met, to bound their number without counting every example.
create table hundredfold.known_labels (
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  label text collate "C" not null,
  primary key (predictor_id, label)
);

-- Rows of imports under way. They become examples in one statement at the end: the counter is locked for that moment
-- alone, and an import that breaks off leaves nothing.
create unlogged table hundredfold.staged_examples (
  import_id uuid not null,
  line bigint not null,
  inputs jsonb not null,
  label text collate "C",
  value double precision,
  primary key (import_id, line)
);

create table hundredfold.idempotency_keys (
  scope text collate "C" not null,
  key text collate "C" not null,
  fingerprint text not null,
  prediction_id uuid,
  status integer,
  -- As text keeps it, in the order of its keys: the first answer again is the same letters.
  response json,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);
create index idempotency_keys_by_age on hundredfold.idempotency_keys (created_at);
create index idempotency_keys_by_prediction on hundredfold.idempotency_keys (prediction_id)
  where prediction_id is not null;
