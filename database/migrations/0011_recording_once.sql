-- Recording: once, whatever comes twice. A row may be sent again by a client, by a statement that was given up and went
-- through after all, or by the spool: its id is what tells.

-- Of an erased prediction its id stays, so that no late copy of it comes back.
alter table hundredfold.erased_rows add column prediction_id uuid;
create unique index erased_rows_by_prediction on hundredfold.erased_rows (prediction_id)
  where prediction_id is not null;

-- Could a dispatch find something to do for one of these predictors now?
create function hundredfold.waits_for_dispatch(p_predictor_ids integer[]) returns boolean
language sql stable as $$
  select exists (select from hundredfold.retrainings
                 where predictor_id = any (p_predictor_ids) and status in ('requested', 'dispatched'))
    and exists (select from hundredfold.dispatchable d where d.predictor_id = any (p_predictor_ids))
$$;

drop function hundredfold.record_predictions(jsonb);

-- Records answers: [{"id", "predictor_id", "predictor", "revision", "model", "inputs", "answer", "answered_at", "scope",
-- "key", "fingerprint", "response"}, …], the response as a text. The first row that comes back has place 0: `waiting`
-- tells whether a dispatch would find something to do for these predictors. Then, by their place from 1, the rows that
-- were not simply recorded, now or before:
--   replayed           its idempotency key was used with the same body; `response` is what was answered first
--   reused             its idempotency key was used with another body; nothing was written
--   erased             it was erased; nothing was written
--   predictor_unknown  there is no such predictor any more; nothing was written
-- Counting is the trigger's, in this transaction, and counts the rows that are new.
create function hundredfold.record_predictions(p_rows jsonb)
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

-- Takes the idempotency keys of rows about to be recorded, and returns those that are new ("scope", unit separator,
-- "key"). A key that was forgotten while its prediction is still there is not new: an id is made from its key, so the
-- row itself remembers, and the key gets the row's answer back.
create function hundredfold.take_keys(p_rows jsonb) returns text[]
language plpgsql as $$
declare
  v_fresh text[];
begin
  -- In one order, so that two statements with the same keys wait for each other instead of deadlocking.
  with taken as (
    insert into hundredfold.idempotency_keys (scope, key, fingerprint, prediction_id, status, response)
    select r.scope, r.key, r.fingerprint, r.id, 201, r.response::json
    from jsonb_to_recordset(p_rows) as r (
      id uuid, predictor_id integer, predictor text, scope text, key text, fingerprint text, response text)
    join hundredfold.predictors p on p.id = r.predictor_id and p.name = coalesce(r.predictor, p.name)
    where r.key is not null
      and not exists (select from hundredfold.erased_rows e where e.prediction_id = r.id)
    order by r.scope collate "C", r.key collate "C"
    on conflict (scope, key) do nothing
    returning scope || chr(31) || key as name, prediction_id
  ), remembered as (
    select t.name, t.prediction_id from taken t join hundredfold.predictions p on p.id = t.prediction_id
  )
  select array_agg(t.name) filter (where r.name is null) into v_fresh
  from taken t left join remembered r on r.name = t.name;

  update hundredfold.idempotency_keys k set
    fingerprint = case when p.inputs = r.inputs then k.fingerprint else '(of a body that is forgotten)' end,
    response = ('{"id":' || to_json(p.id)::text || ',"predictor":' || to_json(o.name)::text || ',"model":' || p.model || ','
      || substr(p.answer::text, 2, length(p.answer::text) - 2) || ',"recorded":true}')::json
  from jsonb_to_recordset(p_rows) as r (id uuid, inputs jsonb, scope text, key text)
  join hundredfold.predictions p on p.id = r.id
  join hundredfold.predictors o on o.id = p.predictor_id
  where r.key is not null and k.scope = r.scope and k.key = r.key and k.prediction_id = r.id
    and k.created_at = now() and not (r.scope || chr(31) || r.key = any (coalesce(v_fresh, '{}')));
  return coalesce(v_fresh, '{}');
end
$$;

-- Removes a prediction with its labels, its example and its idempotency record, and flags the models that learned
-- from it. Its id is kept, so that no copy of the row that is still under way comes back. Returns whether there was one.
create or replace function hundredfold.erase_prediction(p_id uuid) returns boolean
language plpgsql as $$
declare
  v_row record;
begin
  select predictor_id, row_id into v_row from hundredfold.predictions where id = p_id for update;
  if not found then
    return false;
  end if;
  -- Shuts out a model that is being registered: it counts the erased rows before us, or we flag it.
  perform from hundredfold.predictors where id = v_row.predictor_id for share;
  delete from hundredfold.predictions where id = p_id;
  insert into hundredfold.erased_rows (predictor_id, row_id, prediction_id)
  values (v_row.predictor_id, v_row.row_id, p_id);
  delete from hundredfold.idempotency_keys where prediction_id = p_id;
  update hundredfold.models set erased = erased + 1
  where predictor_id = v_row.predictor_id and learned @> v_row.row_id;
  return true;
end
$$;
