-- Predictors can be deleted. From the first statement on there is no such predictor: its row has lost its name, by which
-- everybody asks. What hangs on it goes afterwards, step by step.
alter table hundredfold.predictors alter column name drop not null;

-- What was deleted, for ever: numbers of models and revisions go on where a predictor of that name is made again, and what is
-- still under way for the old one is known by its id.
create table hundredfold.deleted_predictors (
  id integer primary key,
  name text collate "C" not null,
  revision integer not null,
  last_version integer not null,
  change bigint not null,
  -- How many went.
  predictions bigint not null default 0,
  examples bigint not null default 0,
  imports bigint not null default 0,
  models bigint not null default 0,
  retrainings bigint not null default 0,
  -- Rows that waited in the spool, or had been set aside there.
  spooled bigint not null default 0,
  -- Up to these rows predictions and examples are gone: what was removed is not walked through again by the next step.
  predictions_reached bigint not null default 0,
  examples_reached bigint not null default 0,
  deleted_at timestamptz not null default clock_timestamp(),
  -- When the store was told, when the last of its rows was gone, and when its objects in the store were.
  told_at timestamptz,
  purged_at timestamptz,
  pruned_at timestamptz
);
create index deleted_predictors_by_name on hundredfold.deleted_predictors (name, id);
create index deleted_predictors_undone on hundredfold.deleted_predictors (id)
where told_at is null or purged_at is null or pruned_at is null;

-- A retraining that goes is looked for in the models that it made.
create index models_by_retraining on hundredfold.models (retraining_id);
create index reproductions_by_model on hundredfold.reproductions (predictor_id, model);

create function hundredfold.describe_deletion(d hundredfold.deleted_predictors) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', d.id, 'name', d.name, 'change', d.change, 'lastVersion', d.last_version, 'predictions', d.predictions,
    'examples', d.examples, 'imports', d.imports, 'models', d.models, 'retrainings', d.retrainings, 'spooled', d.spooled,
    'deletedAt', d.deleted_at, 'done', d.purged_at is not null)
$$;

create or replace function hundredfold.hold_predictor(p_predictor_id integer) returns void
language plpgsql as $$
begin
  perform from hundredfold.predictors where id = p_predictor_id and name is not null for no key update;
  if not found then
    raise exception 'there is no predictor %', p_predictor_id using errcode = 'UH013';
  end if;
end
$$;

-- Deletes a predictor, so that nobody finds it any more and nothing is published for it; its rows are left to
-- purge_predictor. Where there is none of that name, the deletion that is not done yet. Null where there is neither.
create function hundredfold.delete_predictor(p_name text) returns jsonb
language plpgsql as $$
declare
  v_old hundredfold.predictors;
  v_deleted hundredfold.deleted_predictors;
begin
  -- Waits for rows that are being recorded, for whoever holds the predictor, and for a verdict that is being written.
  select * into v_old from hundredfold.predictors where name = p_name for update;
  if found then
    update hundredfold.predictors
    set name = null, champion = null, promoted_at = null, change = change + 1, updated_at = now()
    where id = v_old.id
    returning * into v_old;
    insert into hundredfold.deleted_predictors (id, name, revision, last_version, change)
    values (v_old.id, p_name, v_old.revision, v_old.last_version, v_old.change)
    returning * into v_deleted;
  else
    select * into v_deleted from hundredfold.deleted_predictors where name = p_name and purged_at is null;
  end if;
  return case when v_deleted.id is not null then hundredfold.describe_deletion(v_deleted) end;
end
$$;

-- One step of removing what hung on a deleted predictor: p_rows of it, to be called again until `done`. Null where that
-- predictor was never deleted.
create function hundredfold.purge_predictor(p_id integer, p_rows integer) returns jsonb
language plpgsql as $$
declare
  v_deleted hundredfold.deleted_predictors;
  v_left integer := p_rows;
  v_count integer;
  v_labelled integer;
begin
  -- One step at a time.
  select * into v_deleted from hundredfold.deleted_predictors where id = p_id for update;
  if not found or v_deleted.purged_at is not null then
    return case when v_deleted.id is not null then hundredfold.describe_deletion(v_deleted) end;
  end if;

  -- Somebody may have promoted a model of it whose state they had read before.
  update hundredfold.predictors set champion = null where id = p_id and champion is not null;
  delete from hundredfold.reproductions where predictor_id = p_id;
  with gone as (
    delete from hundredfold.models where predictor_id = p_id and version in (
      select version from hundredfold.models where predictor_id = p_id limit v_left)
    returning version
  ) select count(*) into v_count from gone;
  v_left := v_left - v_count;
  v_deleted.models := v_deleted.models + v_count;

  with gone as (
    delete from hundredfold.retrainings where id in (
      select id from hundredfold.retrainings where predictor_id = p_id limit v_left)
    returning id
  ) select count(*) into v_count from gone;
  v_left := v_left - v_count;
  v_deleted.retrainings := v_deleted.retrainings + v_count;

  -- Labels and examples go with their predictions, and so do the answers that are kept under their keys.
  with chosen as materialized (
    select p.id, p.row_id from hundredfold.predictions p
    where p.predictor_id = p_id and p.row_id > v_deleted.predictions_reached order by p.row_id limit v_left
  ), labelled as (
    select count(*) as rows from chosen c join hundredfold.examples e on e.row_id = c.row_id
  ), keys as (
    delete from hundredfold.idempotency_keys k using chosen c where k.prediction_id = c.id
  ), gone as (
    delete from hundredfold.predictions p using chosen c where p.id = c.id returning p.id
  )
  select (select count(*) from gone), (select rows from labelled),
    coalesce((select max(row_id) from chosen), v_deleted.predictions_reached)
  into v_count, v_labelled, v_deleted.predictions_reached;
  v_left := v_left - v_count;
  v_deleted.predictions := v_deleted.predictions + v_count;
  v_deleted.examples := v_deleted.examples + v_labelled;

  with gone as (
    delete from hundredfold.examples where row_id in (
      select row_id from hundredfold.examples
      where predictor_id = p_id and row_id > v_deleted.examples_reached order by row_id limit v_left)
    returning row_id
  ) select count(*), coalesce(max(row_id), v_deleted.examples_reached) into v_count, v_deleted.examples_reached from gone;
  v_left := v_left - v_count;
  v_deleted.examples := v_deleted.examples + v_count;

  with gone as (
    delete from hundredfold.imports where id in (
      select id from hundredfold.imports where predictor_id = p_id order by id limit v_left)
    returning id
  ) select count(*) into v_count from gone;
  v_left := v_left - v_count;
  v_deleted.imports := v_deleted.imports + v_count;

  with gone as (
    delete from hundredfold.erased_rows where predictor_id = p_id and row_id in (
      select row_id from hundredfold.erased_rows where predictor_id = p_id limit v_left)
    returning row_id
  ) select count(*) into v_count from gone;
  v_left := v_left - v_count;

  if v_left > 0 then
    -- Keys of other calls name no prediction. What was sent since belongs to nobody yet: until this is done, no predictor of
    -- that name is made.
    delete from hundredfold.idempotency_keys
    where prediction_id is null and scope like '% POST /predictors/' || v_deleted.name || '/%';
    delete from hundredfold.staged_examples s using hundredfold.part_imports i
    where i.predictor_id = p_id and s.import_id = i.id;
    -- Revisions, labels, parts, what was erased: all that is left hangs on the row.
    delete from hundredfold.predictors where id = p_id;
    v_deleted.purged_at := clock_timestamp();
  end if;
  update hundredfold.deleted_predictors set
    predictions = v_deleted.predictions, examples = v_deleted.examples, imports = v_deleted.imports,
    models = v_deleted.models, retrainings = v_deleted.retrainings, purged_at = v_deleted.purged_at,
    predictions_reached = v_deleted.predictions_reached, examples_reached = v_deleted.examples_reached
  where id = p_id
  returning * into v_deleted;
  return hundredfold.describe_deletion(v_deleted);
end
$$;

-- One step of whatever was begun to be taken back and is not done: an import that is being undone, or a deleted predictor.
-- False where there is nothing.
create function hundredfold.take_back_step(p_rows integer) returns boolean
language plpgsql as $$
declare
  v_import hundredfold.imports;
  v_deleted integer;
begin
  select i.* into v_import from hundredfold.imports i join hundredfold.predictors p on p.id = i.predictor_id
  where i.undone_at is not null and p.name is not null order by i.id limit 1;
  if found then
    perform hundredfold.undo_import(v_import.predictor_id, v_import.id, p_rows);
    return true;
  end if;
  select id into v_deleted from hundredfold.deleted_predictors where purged_at is null order by id limit 1;
  if found then
    perform hundredfold.purge_predictor(v_deleted, p_rows);
    return true;
  end if;
  return false;
end
$$;

-- Creates a predictor, or gives it a new revision of its definition, unless it is the one in force. Where one of that name was
-- deleted, its numbers go on. Errors: UH014 its rows are still being removed.
create or replace function hundredfold.apply_definition(p_definition jsonb, p_signature text)
returns table (predictor_id integer, revision integer, created boolean, changed boolean, champion_lost boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  v_old hundredfold.predictors;
  v_id integer;
  v_every integer := p_definition -> 'retraining' ->> 'every';
  v_counts text := p_definition -> 'retraining' ->> 'of';
  v_lost boolean;
  v_before hundredfold.deleted_predictors;
  v_revision integer;
begin
  insert into hundredfold.predictors (name, definition, signature)
  values (p_definition ->> 'name', p_definition, p_signature)
  on conflict (name) do nothing
  returning id into v_id;
  if v_id is not null then
    select * into v_before from hundredfold.deleted_predictors
    where name = p_definition ->> 'name' order by id desc limit 1;
    if v_before.id is not null and v_before.purged_at is null then
      raise exception 'the predictor % is being deleted', v_before.name using errcode = 'UH014';
    end if;
    v_revision := coalesce(v_before.revision, 0) + 1;
    update hundredfold.predictors set
      revision = v_revision, last_version = coalesce(v_before.last_version, 0), change = coalesce(v_before.change, 0) + 1
    where id = v_id;
    insert into hundredfold.predictor_revisions (predictor_id, revision, definition, signature)
    values (v_id, v_revision, p_definition, p_signature);
    insert into hundredfold.counters (predictor_id, every, counts) values (v_id, v_every, v_counts);
    return query select v_id, v_revision, true, true, false;
    return;
  end if;

  select * into v_old from hundredfold.predictors where name = p_definition ->> 'name' for no key update;
  if v_old.definition = p_definition then
    return query select v_old.id, v_old.revision, false, false, false;
    return;
  end if;
  v_lost := v_old.champion is not null and v_old.signature <> p_signature;
  insert into hundredfold.predictor_revisions (predictor_id, revision, definition, signature)
  values (v_old.id, v_old.revision + 1, p_definition, p_signature);
  if v_lost then
    update hundredfold.models set status = 'retired' where predictor_id = v_old.id and status = 'champion';
  end if;
  update hundredfold.predictors set
    revision = v_old.revision + 1, definition = p_definition, signature = p_signature,
    champion = case when v_lost then null else v_old.champion end,
    promoted_at = case when v_lost then null else v_old.promoted_at end,
    change = change + 1, updated_at = now()
  where id = v_old.id;
  update hundredfold.counters set every = v_every, counts = v_counts where predictor_id = v_old.id;
  perform hundredfold.request_counted(v_old.id);
  perform hundredfold.request_first(v_old.id);
  return query select v_old.id, v_old.revision + 1, false, true, v_lost;
end
$$;

create or replace function hundredfold.count_predictions() returns trigger
language plpgsql as $$
declare
  v_new record;
  v_full boolean;
begin
  for v_new in select predictor_id, count(*) as rows from inserted group by predictor_id order by predictor_id loop
    perform from hundredfold.predictors where id = v_new.predictor_id and name is not null for key share;
    if not found then
      raise exception 'there is no predictor %', v_new.predictor_id using
        errcode = 'foreign_key_violation', schema = 'hundredfold', table = 'predictions', column = 'predictor_id';
    end if;
    update hundredfold.counters set
      predictions = predictions + v_new.rows,
      new_rows = new_rows + case when counts = 'predictions' then v_new.rows else 0 end,
      counted = counted + case when counts = 'predictions' then v_new.rows else 0 end
    where predictor_id = v_new.predictor_id
    returning new_rows >= every into v_full;
    if v_full then
      perform hundredfold.request_counted(v_new.predictor_id);
    end if;
  end loop;
  return null;
end
$$;

-- As before; rows of a predictor that was deleted are told from those of one that this database never had.
create or replace function hundredfold.record_checked(p_rows jsonb)
returns table (place bigint, outcome text, response text, waiting boolean)
language plpgsql
-- Its arguments say nothing that a planner could use, and planning for each call anew takes longer than the call.
set plan_cache_mode = 'force_generic_plan'
as $$
#variable_conflict use_column
declare
  v_predictors integer[];
  v_inserted uuid[];
  v_fresh text[];
  v_keyed uuid[];
begin
  if p_rows @? '$[*].key ? (@ != null)' then
    v_fresh := hundredfold.take_keys(p_rows);
  end if;

  -- Locked, so that no predictor goes away between the look at it and its row.
  perform from hundredfold.predictors
  where id in (select (r ->> 'predictor_id')::integer from jsonb_array_elements(p_rows) r)
  order by id for key share;

  -- An erasure of a key's prediction is over when its row can be locked, or waits for us and sees the key. Before the counter,
  -- for which an erasure waits with the row locked; after the predictor, whose removal waits for its rows.
  if v_fresh is not null then
    v_keyed := array(
      select (r ->> 'id')::uuid from jsonb_array_elements(p_rows) r where r ->> 'key' is not null);
    perform from hundredfold.predictions where id = any (v_keyed) order by id for key share;
    delete from hundredfold.idempotency_keys k using hundredfold.erased_rows e
    where e.prediction_id = k.prediction_id and k.prediction_id = any (v_keyed);
  end if;

  with inserted as (
    insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer, created_at)
    select g.id, g.predictor_id, g.revision, g.model, g.inputs, g.answer, least(coalesce(g.answered_at, now()), now())
    from jsonb_to_recordset(p_rows) as g (
      id uuid, predictor_id integer, predictor text, revision integer, model integer, inputs jsonb, answer jsonb,
      answered_at timestamptz, scope text, key text, fingerprint text)
    join hundredfold.predictors p on p.id = g.predictor_id and p.name = coalesce(g.predictor, p.name)
    where not exists (select from hundredfold.erased_rows e where e.prediction_id = g.id)
      and (v_fresh is null or g.key is null or exists (
        select from hundredfold.idempotency_keys k
        where k.scope = g.scope and k.key = g.key and k.prediction_id = g.id and k.fingerprint = g.fingerprint))
    -- In one order, so that two statements with the same rows wait for each other instead of deadlocking.
    order by g.id
    on conflict (id) do nothing
    returning id, predictor_id
  )
  select array_agg(id), array_agg(distinct predictor_id) into v_inserted, v_predictors from inserted;

  -- An erasure that committed while we waited for its row: this statement sees it, the one above did not.
  if exists (select from hundredfold.erased_rows where prediction_id = any (v_inserted)) then
    raise exception 'a prediction was erased while it was recorded again' using errcode = 'serialization_failure';
  end if;

  return query select 0::bigint, null::text, null::text, hundredfold.waits_for_dispatch(v_predictors);
  if cardinality(v_inserted) = jsonb_array_length(p_rows) then
    return;
  end if;

  return query
  select f.place, f.outcome, case when f.outcome = 'replayed' then f.response end, null::boolean
  from (
    select r.place, k.response::text,
      case when d.id is not null then 'predictor_deleted'
           when p.id is null then 'predictor_unknown'
           when e.prediction_id is not null then 'erased'
           when r.key is null then 'recorded'
           when k.fingerprint is distinct from r.fingerprint then 'reused'
           when k.prediction_id = r.id and r.scope || chr(31) || r.key = any (v_fresh)
             and row_number() over (partition by r.scope, r.key, r.fingerprint, r.id order by r.place) = 1 then 'recorded'
           else 'replayed' end as outcome
    from rows from (jsonb_to_recordset(p_rows) as (
        id uuid, predictor_id integer, predictor text, scope text, key text, fingerprint text))
      with ordinality as r (id, predictor_id, predictor, scope, key, fingerprint, place)
    left join hundredfold.predictors p on p.id = r.predictor_id and p.name = coalesce(r.predictor, p.name)
    left join hundredfold.deleted_predictors d on d.id = r.predictor_id and d.name = coalesce(r.predictor, d.name)
    left join hundredfold.erased_rows e on e.prediction_id = r.id
    left join hundredfold.idempotency_keys k on k.scope = r.scope and k.key = r.key
  ) f
  where f.outcome <> 'recorded'
  order by f.place;
end
$$;

-- A prediction as the API shows it, with the target known for it now. Nothing when there is none.
create or replace function hundredfold.describe_prediction(p_id uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
      'id', p.id, 'predictor', r.name, 'model', p.model, 'inputs', p.inputs,
      'label', case when e.label is not null then to_jsonb(e.label) else to_jsonb(e.value) end,
      'source', e.source,
      'rank', (select l.rank from hundredfold.labels l where l.prediction_id = p.id order by l.id desc limit 1),
      'createdAt', p.created_at) || p.answer
  from hundredfold.predictions p
  join hundredfold.predictors r on r.id = p.predictor_id
  left join hundredfold.examples e on e.row_id = p.row_id
  where p.id = p_id and r.name is not null
$$;

-- Gives a prediction its label (or value), or changes it, and makes it an example. Returns nothing when there is no
-- such prediction. Errors: UH011 when the target is of the other kind, UH010 when there are too many labels.
create or replace function hundredfold.label_prediction(p_id uuid, p_label text, p_value double precision)
returns table (predictor_id integer, source text, rank integer)
language plpgsql as $$
#variable_conflict use_column
declare
  v_prediction hundredfold.predictions;
  v_type text;
  v_rank integer;
  v_source text;
  v_label_id bigint;
begin
  select * into v_prediction from hundredfold.predictions where id = p_id for no key update;
  if not found
    or exists (select from hundredfold.deleted_predictors d where d.id = v_prediction.predictor_id)
  then
    return;
  end if;
  select definition -> 'target' ->> 'type' into v_type from hundredfold.predictor_revisions r
  where r.predictor_id = v_prediction.predictor_id and r.revision = v_prediction.revision;
  if (v_type = 'label') <> (p_label is not null) then
    raise exception 'the target of this prediction is a %', v_type using errcode = 'UH011';
  end if;

  if v_type = 'label' then
    perform hundredfold.know_label(v_prediction.predictor_id, p_label);
    select s.place into v_rank
    from jsonb_array_elements(v_prediction.answer -> 'suggestions') with ordinality as s (suggestion, place)
    where s.suggestion ->> 'label' = p_label;
  elsif (v_prediction.answer ->> 'value')::double precision = p_value then
    v_rank := 1;
  end if;
  v_source := case when v_rank is null then 'corrected' else 'accepted' end;

  insert into hundredfold.labels (prediction_id, label, value, source, rank)
  values (p_id, p_label, p_value, v_source, v_rank)
  returning id into v_label_id;
  insert into hundredfold.examples (row_id, predictor_id, revision, prediction_id, label_id, label, value, source)
  values (v_prediction.row_id, v_prediction.predictor_id, v_prediction.revision, p_id, v_label_id, p_label, p_value,
    v_source)
  on conflict (row_id) do update
    set label_id = excluded.label_id, label = excluded.label, value = excluded.value, source = excluded.source,
      changed_at = clock_timestamp();
  perform hundredfold.request_first(v_prediction.predictor_id);
  return query select v_prediction.predictor_id, v_source, v_rank;
end
$$;

-- Raises UH001 unless the training still holds its lease, by the database's clock, and its predictor is there, which it is to
-- the end of the transaction then.
create or replace function hundredfold.hold_lease(p_id bigint, p_token bigint) returns hundredfold.retrainings
language plpgsql as $$
declare
  v_retraining hundredfold.retrainings;
begin
  select r.* into v_retraining
  from hundredfold.retrainings r join hundredfold.predictors p on p.id = r.predictor_id
  where r.id = p_id and r.status = 'running' and r.token = p_token and r.lease_until > clock_timestamp()
    and p.name is not null
  for update of r for key share of p;
  if not found then
    raise exception 'retraining % is no longer held by this trainer', p_id using errcode = 'UH001';
  end if;
  return v_retraining;
end
$$;

-- What a dispatch would invoke now: per predictor its newest pending request, unless training is switched off, the
-- predictor's pace holds it back, a training is under way, an invocation may still arrive, or the predictor is deleted.
create or replace view hundredfold.dispatchable as
select w.predictor_id, w.id
from (
  select p.id as predictor_id, newest.id
  from hundredfold.predictors p
  cross join lateral (
    select r.id from hundredfold.retrainings r
    where r.predictor_id = p.id and r.status <> 'finished' and r.status <> 'running'
    order by r.id desc limit 1
  ) newest
  where p.name is not null and not exists (
    select from hundredfold.retrainings o
    where o.predictor_id = p.id and o.status <> 'finished'
      and ((o.status = 'running' and o.lease_until > clock_timestamp())
        or (o.status = 'dispatched' and o.dispatched_at > clock_timestamp() - interval '1 minute')))
  offset 0
) w
where hundredfold.training_is_on() and not hundredfold.is_held(w.predictor_id);

-- Puts back the reproductions whose lease ran out, gives up those that died three times, and invokes the train function
-- for whatever waits. Call it in a transaction of its own: an invocation is a network call.
create or replace procedure hundredfold.dispatch_reproductions()
language plpgsql as $$
declare
  v_function text := (select value from hundredfold.settings where name = 'train_function');
  v_next record;
  v_status integer;
begin
  update hundredfold.reproductions set
    status = case when attempts >= 3 then 'finished' else 'requested' end,
    reason = case when attempts >= 3 then
      'The trainer died ' || attempts || ' times without saying why; its log may know.' end,
    finished_at = case when attempts >= 3 then clock_timestamp() end,
    token = null, lease_until = null, dispatched_at = null
  where status = 'running' and lease_until <= clock_timestamp();
  if v_function is null or not hundredfold.training_is_on() then
    return;
  end if;
  for v_next in
    select r.id, p.name
    from hundredfold.reproductions r join hundredfold.predictors p on p.id = r.predictor_id
    where r.status = 'requested' and p.name is not null
      and coalesce(r.dispatched_at <= clock_timestamp() - interval '1 minute', true)
    order by r.id
    for update of r skip locked
  loop
    begin
      select i.status_code into v_status
      from aws_lambda.invoke(
        function_name => v_function,
        payload => json_build_object('predictor', v_next.name, 'reproduction', v_next.id),
        invocation_type => 'Event') i;
      if v_status not between 200 and 299 then
        raise exception 'the train function answered %', v_status;
      end if;
      update hundredfold.reproductions set dispatched_at = clock_timestamp(), last_error = null where id = v_next.id;
    exception when others then
      update hundredfold.reproductions set last_error = sqlerrm where id = v_next.id;
      exit;
    end;
  end loop;
end
$$;

-- Takes what a dispatch would send next, as sent: the newest pending retraining of a predictor, or a reproduction. What is
-- taken and never reported, since its taker died, is taken again after a minute, like any invocation that went astray. Of
-- several takers each gets another piece. Nothing while training is switched off, nothing that a predictor's pace holds
-- back; after a failure nothing for 1 to 60 s, unless p_force says so.
create or replace function hundredfold.hand_out_work(p_force boolean default false)
returns table (retraining bigint, reproduction bigint, predictor text)
language plpgsql as $$
#variable_conflict use_column
declare
  v_next record;
begin
  if not hundredfold.training_is_on()
    or (not p_force and exists (select from hundredfold.invocation_failures where retry_at > clock_timestamp()))
  then
    return;
  end if;
  for v_next in
    select d.id, p.name
    from hundredfold.dispatchable d join hundredfold.predictors p on p.id = d.predictor_id
    order by d.id
  loop
    -- Another dispatcher may have been quicker since the list was read.
    perform from hundredfold.retrainings
    where id = v_next.id
      and (status = 'requested' or (status = 'dispatched' and dispatched_at <= clock_timestamp() - interval '1 minute'))
    for update skip locked;
    continue when not found;
    update hundredfold.retrainings set status = 'dispatched', dispatched_at = clock_timestamp() where id = v_next.id;
    return query select v_next.id, null::bigint, v_next.name;
    return;
  end loop;
  return query
  update hundredfold.reproductions r set dispatched_at = clock_timestamp()
  from hundredfold.predictors p
  where p.id = r.predictor_id and r.id = (
    select w.id from hundredfold.reproductions w join hundredfold.predictors o on o.id = w.predictor_id
    where w.status = 'requested' and o.name is not null and coalesce(w.dispatched_at <= clock_timestamp() - interval '1 minute', true)
    order by w.id limit 1 for update of w skip locked)
  returning null::bigint, r.id, p.name;
end
$$;

-- Was something begun to be taken back that is not done?
create function hundredfold.is_taking_back() returns boolean
language sql stable as $$
  select exists (select from hundredfold.imports where undone_at is not null)
    or exists (select from hundredfold.deleted_predictors where told_at is null or purged_at is null)
$$;

-- Is there work that has not ended, or may there be some that nobody is told of when it comes: while a pace holds a
-- predictor back, or in the pause after an invocation that failed, whoever records asks for no dispatch. not_before: until
-- then a pace holds all of it back; null where some of it may be sent now, was sent, or runs. waiting_seconds: for how long
-- the oldest of what may be sent has waited for a trainer; 0 where none does. While training is switched off nothing is
-- pending but what is being taken back: switched on, it is sent anew.
create or replace function hundredfold.pending_work()
returns table (pending boolean, not_before timestamptz, waiting_seconds double precision)
language sql stable as $$
  with unfinished as (
    select r.predictor_id,
      bool_or(r.status = 'running') as begun,
      bool_or(r.status = 'running' and r.lease_until > clock_timestamp()) as running,
      min(case when r.status = 'running' then r.lease_until else r.requested_at end) as since
    from hundredfold.retrainings r where r.status <> 'finished' group by r.predictor_id
  ), paced as (
    select u.*, not u.begun and hundredfold.is_held(u.predictor_id) as held,
      hundredfold.held_until(u.predictor_id) as held_until,
      (select max(f.finished_at) from hundredfold.retrainings f
       where f.predictor_id = u.predictor_id and f.status = 'finished' and f.verdict is not null
         and f.merged_into is null) as last_ended
    from unfinished u
  ), work as (
    select held, case when held then held_until end as not_before,
      case when not held and not running then
        greatest(since, last_ended, case when held_until <= clock_timestamp() then held_until end) end as waits_since
    from paced
    union all
    select false, null,
      case when r.status = 'requested' then r.requested_at
           when r.lease_until <= clock_timestamp() then r.lease_until end
    from hundredfold.reproductions r where r.status <> 'finished'
    union all
    select true, held_until, null
    from (
      select hundredfold.held_until(p.id) as held_until from hundredfold.predictors p
      where p.definition -> 'retraining' ?| array['minInterval', 'maxPerDay']) h
    where held_until > clock_timestamp()
  )
  select hundredfold.is_taking_back() or count(*) > 0 or (
      hundredfold.training_is_on()
      and exists (select from hundredfold.invocation_failures where retry_at > clock_timestamp())),
    case when bool_and(held) and not hundredfold.is_taking_back() then min(not_before) end,
    coalesce(extract(epoch from clock_timestamp() - min(waits_since)), 0)::double precision
  from work where hundredfold.training_is_on()
$$;
