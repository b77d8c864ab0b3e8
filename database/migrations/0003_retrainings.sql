-- The outbox: a request is written in the transaction that counted it, and dispatched after the commit.
create table hundredfold.retrainings (
  id bigint generated always as identity primary key,
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  trigger text not null check (trigger in ('count', 'request', 'first', 'import')),
  -- The rows that a counted request stands for.
  every integer,
  status text not null default 'requested' check (status in ('requested', 'dispatched', 'running', 'finished')),
  verdict text check (verdict in ('promoted', 'kept', 'undecided', 'unchanged', 'failed')),
  reason text,
  model integer,
  merged_into bigint,
  judgement jsonb,
  -- What was learned from, and against whom it was judged: equal ones need no second fit.
  fingerprint text,
  champion integer,
  revision integer,
  progress jsonb,
  attempts integer not null default 0,
  last_error text,
  token bigint,
  lease_until timestamptz,
  requested_at timestamptz not null default now(),
  dispatched_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  check ((status = 'finished') = (verdict is not null)),
  check ((trigger = 'count') = (every is not null))
);
create index retrainings_by_predictor on hundredfold.retrainings (predictor_id, id);
create index retrainings_unfinished on hundredfold.retrainings (predictor_id, id) where status <> 'finished';
-- One training per predictor at a time, whatever the code does.
create unique index retrainings_one_running on hundredfold.retrainings (predictor_id) where status = 'running';

-- Every claim takes a higher number; whoever holds an older one has lost its lease.
create sequence hundredfold.fencing_tokens as bigint;

create table hundredfold.models (
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  version integer not null,
  status text not null check (status in ('champion', 'retired', 'rejected', 'awaiting-approval')),
  revision integer not null,
  signature text not null,
  learner text not null,
  settings jsonb not null,
  examples integer not null,
  metrics jsonb not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  key text not null,
  size bigint not null,
  fingerprint text not null,
  -- The ids of the rows it learned from, as ranges: exact, small, and it can be asked for one row.
  learned int8multirange not null,
  -- How many of those were erased since.
  erased integer not null default 0,
  retraining_id bigint references hundredfold.retrainings on delete set null,
  code_version text not null,
  trained_at timestamptz not null default now(),
  promoted_at timestamptz,
  primary key (predictor_id, version)
);
create unique index models_one_champion on hundredfold.models (predictor_id) where status = 'champion';

alter table hundredfold.predictors
  add foreign key (id, champion) references hundredfold.models (predictor_id, version) deferrable initially deferred;
