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

-- What recorded so far looks at each row before it is written: whether its predictor is there, whether it was erased, whose
-- its key is. It stays, for the rows that need it.
alter function hundredfold.record_predictions(jsonb) rename to record_checked;

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
