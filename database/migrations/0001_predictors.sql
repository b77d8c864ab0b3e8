-- A predictor, its definition in force, and which model serves.
create table hundredfold.predictors (
  id integer generated always as identity primary key,
  name text collate "C" not null unique check (name ~ '^[a-z0-9-]{1,63}$'),
  revision integer not null default 1,
  definition jsonb not null,
  -- Models of another signature cannot answer: their inputs or target are others.
  signature text not null,
  champion integer,
  promoted_at timestamptz,
  -- Raised whenever the definition or the champion changes; the pointer object in the model store carries it, so
  -- that a slow writer never puts an older state over a newer one.
  change bigint not null default 1,
  last_version integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table hundredfold.predictor_revisions (
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  revision integer not null,
  definition jsonb not null,
  signature text not null,
  -- Examples of another target answer another question, and are never learned from.
  target text generated always as ((definition -> 'target' ->> 'type') || ' ' || (definition -> 'target' ->> 'name')) stored,
  applied_at timestamptz not null default now(),
  primary key (predictor_id, revision)
);

-- One hot row each, apart from the predictor so that reading a definition never waits for a count.
create table hundredfold.counters (
  predictor_id integer primary key references hundredfold.predictors on delete cascade,
  every integer not null check (every >= 1),
  counts text not null check (counts in ('predictions', 'labels')),
  new_rows bigint not null default 0,
  -- Rows ever counted: the sum of `every` over the counted requests, plus new_rows, always.
  counted bigint not null default 0,
  predictions bigint not null default 0
) with (fillfactor = 50);

create table hundredfold.settings (
  name text primary key,
  value text not null
);
