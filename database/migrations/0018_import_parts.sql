-- Imports that come in parts, each a request and a transaction of its own. Unlogged, as the staged rows are: what a crash
-- takes of these it takes of those, and the parts are asked for again.
create unlogged table hundredfold.part_imports (
  id uuid primary key default gen_random_uuid(),
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  -- The key of the whole, and whatever else makes it another import: its form, the number of its parts.
  name text collate "C" not null,
  changed_at timestamptz not null default now(),
  unique (predictor_id, name)
);
create index part_imports_by_age on hundredfold.part_imports (changed_at);

create unlogged table hundredfold.import_parts (
  import_id uuid not null references hundredfold.part_imports on delete cascade,
  part integer not null,
  fingerprint text not null,
  -- The definition that the rows were read by: under another one the part has to be read again.
  revision integer not null,
  staged bigint not null,
  -- Of the staged rows; null where there are none.
  first_line bigint,
  last_line bigint,
  -- {"rejected", "rejectedTotal", "ignoredColumns", …}: the answer to this part.
  answer json not null,
  primary key (import_id, part)
);

-- Opens a part, and locks its import to the end of the transaction. `earlier` is the answer where the same part was
-- staged before; a part that was staged with other rows, or read by another definition, is taken back first.
create function hundredfold.begin_part(
  p_predictor_id integer, p_name text, p_part integer, p_fingerprint text, p_revision integer)
returns table (staging uuid, earlier json)
language plpgsql as $$
declare
  v_import uuid;
  v_part hundredfold.import_parts;
begin
  insert into hundredfold.part_imports as i (predictor_id, name) values (p_predictor_id, p_name)
  on conflict (predictor_id, name) do update set changed_at = now()
  returning i.id into v_import;
  select * into v_part from hundredfold.import_parts where import_id = v_import and part = p_part;
  if found and v_part.fingerprint = p_fingerprint and v_part.revision = p_revision then
    return query select v_import, v_part.answer;
    return;
  end if;
  delete from hundredfold.staged_examples
  where import_id = v_import and line between v_part.first_line and v_part.last_line;
  delete from hundredfold.import_parts where import_id = v_import and part = p_part;
  return query select v_import, null::json;
end
$$;

-- The import of that name, locked, and what is missing of its parts; `missing` is empty where it can be finished, and the
-- other columns tell what the answers to its parts said together. Parts whose rows are not all there are missing too.
create function hundredfold.close_parts(p_predictor_id integer, p_name text, p_parts integer, p_revision integer)
returns table (staging uuid, missing integer[], rejected jsonb, rejected_total bigint, ignored_columns jsonb)
language plpgsql as $$
declare
  v_import uuid;
begin
  select id into v_import from hundredfold.part_imports where predictor_id = p_predictor_id and name = p_name for update;
  delete from hundredfold.import_parts p
  where p.import_id = v_import
    and p.staged <> (
      select count(*) from hundredfold.staged_examples s
      where s.import_id = v_import and s.line between p.first_line and p.last_line);
  return query
  select v_import,
    array(
      select n from generate_series(1, p_parts) n
      where not exists (
        select from hundredfold.import_parts p where p.import_id = v_import and p.part = n and p.revision = p_revision)
      order by n),
    (
      select coalesce(jsonb_agg(r.row), '[]')
      from (
        select e.row from hundredfold.import_parts p, json_array_elements(p.answer -> 'rejected') e (row)
        where p.import_id = v_import
        order by p.part, (e.row ->> 'line')::bigint
        limit 100
      ) r
    ),
    (
      select coalesce(sum((p.answer ->> 'rejectedTotal')::bigint), 0)::bigint
      from hundredfold.import_parts p where p.import_id = v_import
    ),
    (
      select coalesce((p.answer -> 'ignoredColumns')::jsonb, '[]')
      from hundredfold.import_parts p where p.import_id = v_import and p.part = 1
    );
end
$$;

-- Forgets imports that nobody has sent a part of for so long, and rows whose import is gone. (Rows of an import in one
-- body are never seen here: they come and go in its own transaction.)
create function hundredfold.forget_parts(p_hours integer) returns bigint
language plpgsql as $$
declare
  v_forgotten bigint;
begin
  delete from hundredfold.part_imports where changed_at < now() - make_interval(hours => p_hours);
  get diagnostics v_forgotten = row_count;
  delete from hundredfold.staged_examples s
  where not exists (select from hundredfold.part_imports i where i.id = s.import_id);
  return v_forgotten;
end
$$;
