-- What a person should look at in a predictor's rows: [{"code", "detail", "columns", "rows"}, …]. What a training saw of
-- all rows it learned from stands until the next; what an import saw of its own, until a training has read them too, or
-- the import is undone.
create table hundredfold.training_warnings (
  predictor_id integer primary key references hundredfold.predictors on delete cascade,
  revision integer not null,
  warnings jsonb not null
);

create table hundredfold.import_warnings (
  import bigint primary key references hundredfold.imports on delete cascade,
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  revision integer not null,
  warnings jsonb not null
);
create index import_warnings_by_predictor on hundredfold.import_warnings (predictor_id, import);

-- How often rows of a predictor were erased: read with its rows, it tells whether any of these is gone since.
create function hundredfold.erasures(p_predictor_id integer) returns bigint
language sql stable as $$
  select (select count(*) from hundredfold.erased_rows where predictor_id = p_predictor_id)
    + (select count(*) from hundredfold.erased_examples where predictor_id = p_predictor_id)
$$;

-- Warnings without those that tell values of rows, or how rows repeat each other.
create function hundredfold.without_values(p_warnings jsonb) returns jsonb
language sql immutable as $$
  select coalesce(jsonb_agg(t.warning order by t.place), '[]')
  from jsonb_array_elements(p_warnings) with ordinality as t (warning, place)
  where t.warning ->> 'code' in ('missing_words', 'answer_given_away', 'id_like_column')
$$;

-- Notes what a training saw, in the place of what was seen before: by an earlier training, and by the imports whose rows it
-- has read (p_imports). Where rows were erased since it read them (p_erasures, of then), nothing is told of their values.
-- Errors: UH001 the lease is lost.
create function hundredfold.note_warnings(
  p_id bigint, p_token bigint, p_revision integer, p_warnings jsonb, p_imports bigint[], p_erasures bigint)
returns void
language plpgsql as $$
declare
  v_retraining hundredfold.retrainings := hundredfold.hold_lease(p_id, p_token);
begin
  -- Whoever erases holds it too.
  perform from hundredfold.predictors where id = v_retraining.predictor_id for no key update;
  if hundredfold.erasures(v_retraining.predictor_id) <> p_erasures then
    p_warnings := hundredfold.without_values(p_warnings);
  end if;
  insert into hundredfold.training_warnings as w (predictor_id, revision, warnings)
  values (v_retraining.predictor_id, p_revision, p_warnings)
  on conflict (predictor_id) do update set revision = excluded.revision, warnings = excluded.warnings;
  delete from hundredfold.import_warnings
  where predictor_id = v_retraining.predictor_id and import = any (p_imports);
end
$$;

-- With a row goes what warnings tell of values: the next training says anew what is left to be told. So it does in the
-- answers to imports that are kept, for a day, for those who ask again.
create function hundredfold.forget_warned_values() returns trigger
language plpgsql as $$
begin
  update hundredfold.training_warnings w set warnings = hundredfold.without_values(w.warnings)
  where w.predictor_id in (select predictor_id from removed);
  -- An import tells of its own rows; but new labels are compared with those of all rows.
  update hundredfold.import_warnings w set warnings =
    case when i.at in (select created_at from removed where predictor_id = i.predictor_id and source = 'imported')
      then hundredfold.without_values(w.warnings)
      else jsonb_path_query_array(w.warnings, '$[*] ? (@.code != "near_equal_labels")') end
  from hundredfold.imports i
  where w.import = i.id and w.predictor_id in (select predictor_id from removed);
  update hundredfold.idempotency_keys k
  set response = (k.response::jsonb || jsonb_build_object('warnings', hundredfold.without_values(k.response::jsonb -> 'warnings')))::json
  from hundredfold.imports i
  where i.predictor_id in (select predictor_id from removed) and i.at > now() - interval '7 days'
    and k.scope = i.scope and k.key = i.key and jsonb_typeof(k.response::jsonb -> 'warnings') = 'array';
  return null;
end
$$;

create trigger forget_warnings after delete on hundredfold.examples
referencing old table as removed for each statement execute function hundredfold.forget_warned_values();

-- What is warned of now: what a training saw of all rows, then what imports saw that no training has read yet ("import" says
-- which), the latest first, of them each code and its columns once. Not what an import saw that is being undone, nor of a
-- column that the definition describes otherwise since.
create function hundredfold.warnings_in_force(p_predictor_id integer) returns table (place bigint, warning jsonb)
language sql stable as $$
  with sources as (
    select w.revision, w.warnings, null::bigint as import
    from hundredfold.training_warnings w where w.predictor_id = p_predictor_id
    union all
    (select w.revision, w.warnings, w.import
     from hundredfold.import_warnings w join hundredfold.imports i on i.id = w.import
     where w.predictor_id = p_predictor_id and i.undone_at is null
     order by w.import desc limit 20)
  ), told as (
    select t.warning, t.place, s.import,
      row_number() over (
        partition by s.import is null, t.warning -> 'code', t.warning -> 'columns' order by s.import desc) as turn
    from sources s
    join hundredfold.predictors p on p.id = p_predictor_id
    join hundredfold.predictor_revisions r on r.predictor_id = p.id and r.revision = s.revision,
    lateral jsonb_array_elements(s.warnings) with ordinality as t (warning, place)
    where not exists (
      select from jsonb_array_elements_text(t.warning -> 'columns') as c (name)
      where r.definition -> 'inputs' -> c.name is distinct from p.definition -> 'inputs' -> c.name
        or (r.definition -> 'target' ->> 'name' = c.name and r.definition -> 'target' <> p.definition -> 'target'))
  )
  select row_number() over (order by t.import desc nulls first, t.place),
    t.warning || jsonb_strip_nulls(jsonb_build_object('import', t.import))
  from told t where t.turn = 1
  order by t.import desc nulls first, t.place limit 50
$$;

-- The labels of a predictor's examples under its target of now, the most frequent first, with the number of all of them.
create function hundredfold.label_counts(p_predictor_id integer, p_limit integer)
returns table (label text, examples bigint, labels bigint, total bigint)
language sql stable as $$
  select e.label, count(*), count(*) over (), (sum(count(*)) over ())::bigint
  from hundredfold.examples e
  where e.predictor_id = p_predictor_id and e.label is not null
    and e.revision = any (array(
      select made.revision
      from hundredfold.predictors p
      join hundredfold.predictor_revisions now on now.predictor_id = p.id and now.revision = p.revision
      join hundredfold.predictor_revisions made on made.predictor_id = p.id and made.target = now.target
      where p.id = p_predictor_id))
  group by e.label
  order by count(*) desc, e.label
  limit p_limit
$$;
