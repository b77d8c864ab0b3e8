-- Recording with less work for a row: what a statement of ordinary rows costs is for the greater part what it costs to begin.

-- A predictor is looked for once for each statement of new rows, as the foreign key did for each row: locked, so that
-- it goes away before the rows come, or with them.
alter table hundredfold.predictions drop constraint predictions_predictor_id_fkey;

create or replace function hundredfold.count_predictions() returns trigger
language plpgsql as $$
declare
  v_new record;
  v_full boolean;
begin
  for v_new in select predictor_id, count(*) as rows from inserted group by predictor_id order by predictor_id loop
    perform from hundredfold.predictors where id = v_new.predictor_id for key share;
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

create function hundredfold.remove_predictions() returns trigger
language plpgsql as $$
begin
  delete from hundredfold.predictions where predictor_id = old.id;
  return null;
end
$$;

create trigger remove_predictions after delete on hundredfold.predictors
for each row execute function hundredfold.remove_predictions();

-- A row stays with its predictor: the key said so when one was changed, too.
create function hundredfold.keep_predictor() returns trigger
language plpgsql as $$
begin
  raise exception 'a prediction stays with its predictor' using errcode = 'foreign_key_violation';
end
$$;

create trigger keep_predictor before update of predictor_id on hundredfold.predictions
for each row when (new.predictor_id <> old.predictor_id) execute function hundredfold.keep_predictor();

-- Records answers as `record_predictions` says, looking at each row before it is written: whether its predictor is there,
-- whether it was erased, whose its key is.
create function hundredfold.record_checked(p_rows jsonb)
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
begin
  if p_rows @? '$[*].key ? (@ != null)' then
    v_fresh := hundredfold.take_keys(p_rows);
  end if;

  with given as materialized (
    select * from jsonb_to_recordset(p_rows) as r (
      id uuid, predictor_id integer, predictor text, revision integer, model integer, inputs jsonb, answer jsonb,
      answered_at timestamptz, scope text, key text, fingerprint text)
  ), known as (
    -- Locked, so that no predictor goes away between the look at it and its row.
    select p.id, p.name from hundredfold.predictors p where p.id in (select g.predictor_id from given g)
    order by p.id for key share
  ), inserted as (
    insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer, created_at)
    select g.id, g.predictor_id, g.revision, g.model, g.inputs, g.answer, least(coalesce(g.answered_at, now()), now())
    from given g join known p on p.id = g.predictor_id and p.name = coalesce(g.predictor, p.name)
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

  -- The same for a key: an erasure of its prediction is over when its row can be locked, or waits for us and sees it.
  if v_fresh is not null then
    perform from hundredfold.predictions
    where id in (select (r ->> 'id')::uuid from jsonb_array_elements(p_rows) r where r ->> 'key' is not null)
    order by id for key share;
    delete from hundredfold.idempotency_keys k using hundredfold.erased_rows e
    where e.prediction_id = k.prediction_id and k.prediction_id in (
      select (r ->> 'id')::uuid from jsonb_array_elements(p_rows) r where r ->> 'key' is not null);
  end if;

  return query select 0::bigint, null::text, null::text, hundredfold.waits_for_dispatch(v_predictors);
  if cardinality(v_inserted) = jsonb_array_length(p_rows) then
    return;
  end if;

  return query
  select f.place, f.outcome, case when f.outcome = 'replayed' then f.response end, null::boolean
  from (
    select r.place, k.response::text,
      case when p.id is null then 'predictor_unknown'
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
    left join hundredfold.erased_rows e on e.prediction_id = r.id
    left join hundredfold.idempotency_keys k on k.scope = r.scope and k.key = r.key
  ) f
  where f.outcome <> 'recorded'
  order by f.place;
end
$$;

-- Records answers: [{"id", "predictor_id", "predictor", "revision", "model", "inputs", "answer", "answered_at", "scope",
-- "key", "fingerprint", "response"}, …], the response as a text. The first row that comes back has place 0: `waiting`
-- tells whether a dispatch would find something to do for these predictors. Then, by their place from 1, the rows that
-- were not simply recorded, now or before:
--   replayed           its idempotency key was used with the same body; `response` is what was answered first
--   reused             its idempotency key was used with another body; nothing was written
--   erased             it was erased; nothing was written
--   predictor_unknown  there is no such predictor any more; nothing was written
-- Counting is the trigger's, in this transaction, and counts the rows that are new.
--
-- Rows without keys are taken for new ones of predictors that are there, and written. Where that was wrong for one of
-- them, all that was written is taken back, and `record_checked` looks at each.
create or replace function hundredfold.record_predictions(p_rows jsonb)
returns table (place bigint, outcome text, response text, waiting boolean)
language plpgsql
-- Its arguments say nothing that a planner could use, and planning for each call anew takes longer than the call.
set plan_cache_mode = 'force_generic_plan'
as $$
#variable_conflict use_column
declare
  v_predictors integer[];
  v_inserted uuid[];
begin
  if not (p_rows @? '$[*].key ? (@ != null)') then
    begin
      with inserted as (
        insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer, created_at)
        select g.id, g.predictor_id, g.revision, g.model, g.inputs, g.answer,
          least(coalesce(g.answered_at, now()), now())
        from jsonb_to_recordset(p_rows) as g (
          id uuid, predictor_id integer, predictor text, revision integer, model integer, inputs jsonb, answer jsonb,
          answered_at timestamptz)
        join hundredfold.predictors p on p.id = g.predictor_id and p.name = coalesce(g.predictor, p.name)
        -- In one order, so that two statements with the same rows wait for each other instead of deadlocking.
        order by g.id
        returning id, predictor_id
      )
      select array_agg(id), array_agg(distinct predictor_id) into v_inserted, v_predictors from inserted;
      -- Looked for afterwards: an erasure that committed while we waited for its row is seen, too.
      if cardinality(v_inserted) = jsonb_array_length(p_rows)
        and not exists (select from hundredfold.erased_rows where prediction_id = any (v_inserted))
      then
        return query select 0::bigint, null::text, null::text, hundredfold.waits_for_dispatch(v_predictors);
        return;
      end if;
      raise exception 'not all of the rows are new' using errcode = 'cardinality_violation';
    exception when unique_violation or foreign_key_violation or cardinality_violation then
      null;
    end;
  end if;
  return query select * from hundredfold.record_checked(p_rows);
end
$$;
