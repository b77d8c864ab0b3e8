-- A row that was recorded before is locked before the counter, as an erasure locks them: recording it again under its key,
-- beside new rows, and erasing it at the same moment waited for each other.

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
