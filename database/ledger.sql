create schema if not exists hundredfold;

create table if not exists hundredfold.migrations (
  id integer primary key,
  name text not null,
  sha256 text not null,
  applied_at timestamptz not null default now()
);
