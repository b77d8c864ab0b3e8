-- What was imported can be taken back: an import as a whole, in bounded steps, or one row of it.

-- The rows of an import are those of its instant: imported examples of the predictor whose created_at is `at`. That needs no
-- column of its own, and so holds for the imports of before, too.
create table hundredfold.imports (
  id bigint generated always as identity primary key,
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  -- The name of the file, where it was said.
  file text,
  -- Rows that became examples, rows that were refused, and of the former those that are gone since.
  rows bigint not null,
  rejected bigint not null,
  erased bigint not null default 0,
  at timestamptz not null,
  -- Who sent it: the id of a key, or an ARN; null where nobody was asked.
  by text,
  -- Under which the same file is not imported again.
  scope text collate "C",
  key text collate "C",
  -- The ids of its rows lie between these, others' among them; null where it has none.
  first_row bigint,
  last_row bigint,
  -- When it began to be undone. None of its rows is learned from any more, and those that are left go step by step.
  undone_at timestamptz,
  -- Models that learned from rows of it which are gone.
  flagged integer[] not null default '{}',
  unique (predictor_id, at)
);
create index imports_by_predictor on hundredfold.imports (predictor_id, id);
create index imports_undone on hundredfold.imports (id) where undone_at is not null;

-- An import was one transaction, that of its key, too.
insert into hundredfold.imports (predictor_id, rows, rejected, at, scope, key, first_row, last_row)
select e.predictor_id, e.rows, coalesce((k.response ->> 'rejectedTotal')::bigint, 0), e.created_at, k.scope, k.key,
  e.first_row, e.last_row
from (
  select predictor_id, created_at, count(*) as rows, min(row_id) as first_row, max(row_id) as last_row
  from hundredfold.examples where source = 'imported' group by predictor_id, created_at
) e
join hundredfold.predictors p on p.id = e.predictor_id
left join lateral (
  select i.scope, i.key, i.response from hundredfold.idempotency_keys i
  where i.created_at = e.created_at and i.scope like '% POST /predictors/' || p.name || '/examples' limit 1
) k on true
order by e.created_at, e.first_row;

-- The ids of imported rows that are gone, of each step or row together: a training may have read them before, and
-- registers its model after. Those of erased predictions are in erased_rows.
create table hundredfold.erased_examples (
  predictor_id integer not null references hundredfold.predictors on delete cascade,
  rows int8multirange not null
);
create index erased_examples_by_predictor on hundredfold.erased_examples (predictor_id);

-- Holds a predictor to the end of the transaction against whoever else changes what it has learned or may learn from.
-- Errors: UH013 there is no such predictor (any more).
create function hundredfold.hold_predictor(p_predictor_id integer) returns void
language plpgsql as $$
begin
  perform from hundredfold.predictors where id = p_predictor_id for no key update;
  if not found then
    raise exception 'there is no predictor %', p_predictor_id using errcode = 'UH013';
  end if;
end
$$;

create function hundredfold.ids_in(p_rows int8multirange) returns bigint
language sql immutable as $$
  select coalesce(sum(upper(r) - lower(r)), 0)::bigint from unnest(p_rows) r
$$;

drop function hundredfold.finish_import(uuid, integer, boolean, integer);

-- Turns the staged rows of an import into examples in one statement, and notes the import. Rows whose label would be one
-- too many are left out and returned with their lines; p_train says whether the import may ask for a training of its own,
-- p_revision by which definition the rows were read (null: the one in force). p_about: {"file", "by", "rejected", "scope",
-- "key"}, each as the column of that name, all of them optional. Errors: UH013.
create function hundredfold.finish_import(
  p_import_id uuid, p_predictor_id integer, p_train boolean, p_revision integer default null, p_about jsonb default '{}')
returns table (imported bigint, too_many_labels bigint[], import bigint)
language plpgsql as $$
declare
  v_refused bigint[];
  v_imported bigint;
  v_counts text;
  v_every integer;
  v_at timestamptz := now();
  v_import bigint;
  v_first bigint;
begin
  perform hundredfold.hold_predictor(p_predictor_id);
  insert into hundredfold.known_labels (predictor_id, label)
  select p_predictor_id, n.label
  from (
    select s.label, min(s.line) as first_line
    from hundredfold.staged_examples s
    where s.import_id = p_import_id and s.label is not null
      and not exists (select from hundredfold.known_labels k where k.predictor_id = p_predictor_id and k.label = s.label)
    group by s.label
  ) n
  order by n.first_line
  limit greatest(0, 10000 - (select count(*) from hundredfold.known_labels where predictor_id = p_predictor_id));

  with gone as (
    delete from hundredfold.staged_examples s
    where s.import_id = p_import_id and s.label is not null
      and not exists (select from hundredfold.known_labels k where k.predictor_id = p_predictor_id and k.label = s.label)
    returning s.line
  )
  select array_agg(line order by line) into v_refused from gone;

  -- Two imports of one predictor may begin in one microsecond, and are two all the same.
  while exists (select from hundredfold.imports i where i.predictor_id = p_predictor_id and i.at = v_at) loop
    v_at := v_at + interval '1 microsecond';
  end loop;
  insert into hundredfold.imports as i (predictor_id, file, rows, rejected, at, by, scope, key)
  select p_predictor_id, a.file, 0, coalesce(a.rejected, 0) + coalesce(cardinality(v_refused), 0), v_at, a.by, a.scope, a.key
  from jsonb_to_record(p_about) as a (file text, by text, rejected bigint, scope text, key text)
  returning i.id into v_import;

  -- Ids are given in their order, to others meanwhile, too.
  select last_value into v_first from hundredfold.row_ids;
  insert into hundredfold.examples (predictor_id, revision, inputs, label, value, source, created_at)
  select p_predictor_id, coalesce(p_revision, p.revision), s.inputs, s.label, s.value, 'imported', v_at
  from hundredfold.staged_examples s, hundredfold.predictors p
  where s.import_id = p_import_id and p.id = p_predictor_id
  order by s.line;
  get diagnostics v_imported = row_count;
  if v_imported > 0 then
    update hundredfold.imports i
    set rows = v_imported, first_row = v_first, last_row = currval('hundredfold.row_ids')
    where i.id = v_import;
  end if;
  delete from hundredfold.staged_examples where import_id = p_import_id;

  if p_train and not hundredfold.request_first(p_predictor_id) then
    select counts, every into v_counts, v_every from hundredfold.counters where predictor_id = p_predictor_id;
    -- Where labels count, the count itself has asked already.
    if v_imported >= v_every and v_counts = 'predictions' and (
      exists (select from hundredfold.predictors where id = p_predictor_id and champion is not null)
      or exists (select from hundredfold.retrainings where predictor_id = p_predictor_id and status <> 'finished'))
    then
      insert into hundredfold.retrainings (predictor_id, trigger) values (p_predictor_id, 'import');
    end if;
  end if;
  return query select v_imported, coalesce(v_refused, '{}'), v_import;
end
$$;

create function hundredfold.describe_import(i hundredfold.imports) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', i.id, 'file', i.file, 'rows', i.rows, 'rejected', i.rejected, 'at', i.at, 'by', i.by, 'erased', i.erased,
    'undoing', i.undone_at is not null)
$$;

-- The instants of a predictor's imports that are being undone: hardly ever any.
create function hundredfold.undone_instants(p_predictor_id integer) returns timestamptz[]
language sql stable as $$
  select coalesce(array_agg(at), '{}') from hundredfold.imports
  where predictor_id = p_predictor_id and undone_at is not null
$$;

-- Flags the models that learned from any of these rows, and notes the rows for a model that is yet to be registered. The
-- caller holds the predictor.
create function hundredfold.flag_models(p_predictor_id integer, p_rows int8multirange) returns integer[]
language plpgsql as $$
declare
  v_flagged integer[];
begin
  insert into hundredfold.erased_examples (predictor_id, rows) values (p_predictor_id, p_rows);
  with flagged as (
    update hundredfold.models set erased = erased + hundredfold.ids_in(learned * p_rows)
    where predictor_id = p_predictor_id and learned && p_rows
    returning version
  )
  select coalesce(array_agg(version order by version), '{}') into v_flagged from flagged;
  return v_flagged;
end
$$;

-- Forgets labels that no example has any more. A row that gets one of them at this moment makes it known again with its
-- next use. The caller holds the predictor.
create function hundredfold.forget_labels(p_predictor_id integer) returns void
language sql as $$
  -- Distinct first: a million labels would be looked through again for each that is known.
  with used as materialized (
    select distinct e.label from hundredfold.examples e where e.predictor_id = p_predictor_id and e.label is not null
  )
  delete from hundredfold.known_labels k
  where k.predictor_id = p_predictor_id and not exists (select from used u where u.label = k.label)
$$;

-- Undoes an import as far as p_rows of its rows, its newest first, and is asked again until `done`. With the first step the
-- file may be imported again, and nothing learns from what is left. Returns nothing where there is no such import.
-- Errors: UH013.
create function hundredfold.undo_import(p_predictor_id integer, p_import bigint, p_rows integer)
returns table (rows bigint, flagged integer[], done boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  v_import hundredfold.imports;
  v_gone int8multirange;
  v_count bigint;
  v_flagged integer[];
begin
  -- Shuts out a model that is being registered: it counts the erased rows before us, or we flag it. And another step.
  perform hundredfold.hold_predictor(p_predictor_id);
  select * into v_import from hundredfold.imports where id = p_import and predictor_id = p_predictor_id for update;
  if not found then
    return;
  end if;
  if v_import.undone_at is null then
    update hundredfold.imports set undone_at = clock_timestamp() where id = p_import;
    delete from hundredfold.idempotency_keys where scope = v_import.scope and key = v_import.key;
  end if;
  with gone as (
    delete from hundredfold.examples where row_id in (
      select e.row_id from hundredfold.examples e
      where e.predictor_id = p_predictor_id and e.row_id between v_import.first_row and v_import.last_row
        and e.source = 'imported' and e.created_at = v_import.at
      order by e.row_id desc limit p_rows)
    returning row_id
  )
  select count(*), range_agg(int8range(row_id, row_id + 1)), coalesce(min(row_id), v_import.first_row)
  into v_count, v_gone, v_import.last_row from gone;
  v_flagged := v_import.flagged;
  if v_count > 0 then
    select array_agg(distinct f order by f) into v_flagged
    from unnest(v_flagged || hundredfold.flag_models(p_predictor_id, v_gone)) f;
  end if;
  v_import.erased := v_import.erased + v_count;
  if v_count = p_rows then
    update hundredfold.imports
    set erased = v_import.erased, last_row = v_import.last_row, flagged = coalesce(v_flagged, '{}')
    where id = p_import;
  else
    delete from hundredfold.imports where id = p_import;
    perform hundredfold.forget_labels(p_predictor_id);
  end if;
  return query select v_import.erased, coalesce(v_flagged, '{}'), v_count < p_rows;
end
$$;

-- Erases one imported row. Returns nothing where there is no such row; `prediction` where it is the label of one, which is
-- erased by that, and nothing happened. Errors: UH013.
create function hundredfold.erase_example(p_predictor_id integer, p_row bigint)
returns table (flagged integer[], prediction uuid)
language plpgsql as $$
declare
  v_example hundredfold.examples;
begin
  perform hundredfold.hold_predictor(p_predictor_id);
  select * into v_example from hundredfold.examples where row_id = p_row and predictor_id = p_predictor_id;
  if not found then
    return;
  end if;
  if v_example.prediction_id is not null then
    return query select '{}'::integer[], v_example.prediction_id;
    return;
  end if;
  delete from hundredfold.examples where row_id = p_row;
  update hundredfold.imports i set erased = erased + 1 where i.predictor_id = p_predictor_id and i.at = v_example.created_at;
  delete from hundredfold.known_labels k
  where k.predictor_id = p_predictor_id and k.label = v_example.label
    and not exists (
      select from hundredfold.examples e where e.predictor_id = p_predictor_id and e.label = k.label);
  return query select hundredfold.flag_models(p_predictor_id, int8multirange(int8range(p_row, p_row + 1))), null::uuid;
end
$$;

-- A page of the rows to learn from, by row id: p_limit of them at most, and as many as p_bytes hold, but one at least.
-- Which sources count, and which rows were recorded for the same target, is what revision p_revision of the definition
-- says. Guesses of the model's own come along only where it names the source 'predicted'; rows of an import that is being
-- undone never do. `seen`: model p_champion learned from the row.
create or replace function hundredfold.learnable_rows(
  p_predictor_id integer, p_revision integer, p_champion integer, p_after bigint, p_limit integer, p_bytes integer)
returns table (row_id bigint, label_id bigint, inputs jsonb, label text, value double precision, guessed boolean,
  seen boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_names text[];
  v_revisions integer[];
  -- Added to nothing it is no longer a pointer to where it is stored, to be followed again for every row.
  v_seen int8multirange := coalesce((
    select m.learned + '{}'::int8multirange from hundredfold.models m
    where m.predictor_id = p_predictor_id and m.version = p_champion), '{}');
  v_undone timestamptz[] := hundredfold.undone_instants(p_predictor_id);
  v_left bigint := p_bytes;
  v_first boolean := true;
begin
  select array(select jsonb_array_elements_text(r.definition -> 'learnFrom')),
    array(select made.revision from hundredfold.predictor_revisions made
          where made.predictor_id = p_predictor_id and made.target = r.target)
  into v_names, v_revisions
  from hundredfold.predictor_revisions r
  where r.predictor_id = p_predictor_id and r.revision = p_revision;

  for row_id, label_id, inputs, label, value, guessed, seen in
    select r.row_id, r.label_id, r.inputs, r.label, r.value, r.guessed, v_seen @> r.row_id
    from (
      (select e.row_id, e.label_id, coalesce(e.inputs, p.inputs) as inputs, e.label, e.value, false as guessed
       from hundredfold.examples e
       left join hundredfold.predictions p on p.id = e.prediction_id
       where e.predictor_id = p_predictor_id and e.row_id > p_after
         and e.source = any (v_names) and e.revision = any (v_revisions)
         and not (e.source = 'imported' and e.created_at = any (v_undone))
       order by e.row_id limit p_limit)
      union all
      (select p.row_id, null, p.inputs, p.answer -> 'suggestions' -> 0 ->> 'label',
         (p.answer ->> 'value')::double precision, true
       from hundredfold.predictions p
       where p.predictor_id = p_predictor_id and p.row_id > p_after
         and 'predicted' = any (v_names) and p.revision = any (v_revisions)
         and not exists (select from hundredfold.examples e where e.row_id = p.row_id)
       order by p.row_id limit p_limit)
    ) r
    order by r.row_id limit p_limit
  loop
    v_left := v_left - hundredfold.page_share(inputs, label);
    exit when v_left < 0 and not v_first;
    v_first := false;
    return next;
  end loop;
end
$$;

-- Ends a training with its verdict; with a model, registers it with the rows and the labels that it learned from, counts
-- those that were erased meanwhile, and, where it serves from now on, switches: one guarded transaction. Errors: UH001 the
-- lease is lost, UH002 the definition's inputs or target changed meanwhile, UH004 somebody else changed the champion that
-- it was judged against, UH005 training was switched off: with a model in hand it is given back.
create or replace function hundredfold.finish_retraining(
  p_id bigint, p_token bigint, p_verdict text, p_reason text, p_fingerprint text, p_judgement jsonb,
  p_champion integer, p_model jsonb, p_learned int8multirange, p_learned_labels int8multirange)
returns void
language plpgsql as $$
declare
  v_retraining hundredfold.retrainings := hundredfold.hold_lease(p_id, p_token);
  v_predictor hundredfold.predictors;
begin
  if p_model is not null then
    perform hundredfold.stay_on();
    select * into v_predictor from hundredfold.predictors where id = v_retraining.predictor_id for no key update;
    if v_predictor.signature <> p_model ->> 'signature' then
      raise exception 'the inputs or the target of % changed while it was trained', v_predictor.name
        using errcode = 'UH002';
    end if;
    if p_model ->> 'status' = 'champion' and v_predictor.champion is distinct from p_champion then
      raise exception 'the champion of % changed while its challenger was judged', v_predictor.name
        using errcode = 'UH004';
    end if;
    insert into hundredfold.models (predictor_id, version, status, revision, signature, learner, settings, examples,
      metrics, sha256, key, size, fingerprint, learned, learned_labels, erased, retraining_id, code_version)
    select v_retraining.predictor_id, m.version,
      case when m.status = 'champion' then 'retired' else m.status end,
      m.revision, m.signature, m.learner, m.settings, m.examples,
      m.metrics, m.sha256, m.key, m.size, p_fingerprint, p_learned, p_learned_labels,
      (select count(*) from hundredfold.erased_rows e
       where e.predictor_id = v_retraining.predictor_id and p_learned @> e.row_id)
        + (select coalesce(sum(hundredfold.ids_in(e.rows * p_learned)), 0) from hundredfold.erased_examples e
           where e.predictor_id = v_retraining.predictor_id and e.rows && p_learned),
      p_id, m.code_version
    from jsonb_to_record(p_model) as m (version integer, status text, revision integer, signature text, learner text,
      settings jsonb, examples integer, metrics jsonb, sha256 text, key text, size bigint, code_version text);
    if p_model ->> 'status' = 'champion' then
      perform hundredfold.set_champion(v_retraining.predictor_id, (p_model ->> 'version')::integer);
    end if;
  end if;
  update hundredfold.retrainings set
    status = 'finished', verdict = p_verdict, reason = p_reason, fingerprint = p_fingerprint, judgement = p_judgement,
    champion = p_champion, model = (p_model ->> 'version')::integer, finished_at = clock_timestamp(),
    token = null, lease_until = null, last_error = null
  where id = p_id;
  -- Whatever came while it ran found a training under way and did not ask for one.
  if p_verdict = 'failed' and (
    exists (select from hundredfold.predictors
            where id = v_retraining.predictor_id and revision <> v_retraining.revision)
    or exists (select from hundredfold.examples
               where predictor_id = v_retraining.predictor_id and changed_at > v_retraining.started_at))
  then
    perform hundredfold.request_first(v_retraining.predictor_id);
  end if;
end
$$;

drop function hundredfold.stored_examples(integer, bigint, integer, integer);

-- A page of a predictor's examples, newest first, those below p_before (null: from the newest): p_limit of them at most,
-- and as many as p_bytes hold, but one at least. Where these are given: of one import alone (p_import), of one label or
-- value (p_label, p_value), whose inputs hold a text (p_text, in any case). `more`: there may be some beyond this
-- one. For a text so many rows are looked at, at most, as p_looks says; where that is the end of it, a last row without
-- inputs says how far it came.
create function hundredfold.stored_examples(
  p_predictor_id integer, p_before bigint, p_limit integer, p_bytes integer, p_import bigint default null,
  p_label text default null, p_value double precision default null, p_text text default null,
  p_looks integer default 20000)
returns table (row_id bigint, prediction_id uuid, inputs jsonb, label text, value double precision, source text,
  created_at timestamptz, more boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_import hundredfold.imports;
  v_oldest bigint := (select min(row_id) from hundredfold.examples where predictor_id = p_predictor_id);
  v_left bigint := p_bytes;
  v_found integer := 0;
  v_looks integer := 0;
begin
  select * into v_import from hundredfold.imports where id = p_import and predictor_id = p_predictor_id;
  for row_id, prediction_id, inputs, label, value, source, created_at, more in
    select e.row_id, e.prediction_id, coalesce(e.inputs, p.inputs), e.label, e.value, e.source, e.created_at,
      greatest(v_oldest, v_import.first_row) < e.row_id
    from hundredfold.examples e
    left join hundredfold.predictions p on p.id = e.prediction_id
    where e.predictor_id = p_predictor_id and e.row_id < coalesce(p_before, 9223372036854775807)
      and (p_import is null or (
        e.row_id between v_import.first_row and v_import.last_row
        and e.source = 'imported' and e.created_at = v_import.at))
      and ((p_label is null and p_value is null) or e.label = p_label or e.value = p_value)
    order by e.row_id desc limit case when p_text is null then p_limit else p_looks end
  loop
    v_looks := v_looks + 1;
    if p_text is null or strpos(lower(inputs::text), lower(p_text)) > 0 then
      v_left := v_left - hundredfold.page_share(inputs, label);
      exit when v_left < 0 and v_found > 0;
      v_found := v_found + 1;
      return next;
      exit when v_found = p_limit;
    elsif v_looks = p_looks then
      inputs := null;
      return next;
    end if;
  end loop;
end
$$;
