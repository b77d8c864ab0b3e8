-- Records answers: [{"id", "predictor_id", "revision", "model", "inputs", "answer", "scope", "key", "fingerprint",
-- "response"}, …], the response as a text. A row with an idempotency key is recorded once; for a key already used the first response is
-- returned ("replayed"), or "reused" when it came with another body. Counting is the trigger's, in this transaction.
-- `waiting` tells whether a dispatch would find something to do for these predictors.
create function hundredfold.record_predictions(p_rows jsonb)
returns table (id uuid, outcome text, response json, waiting boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  v_keyed boolean;
  v_waiting boolean;
begin
  select exists (select from jsonb_array_elements(p_rows) r where r ->> 'key' is not null) into v_keyed;
  if v_keyed then
    -- In one order, so that two batches with the same keys wait for each other instead of deadlocking.
    insert into hundredfold.idempotency_keys (scope, key, fingerprint, prediction_id, status, response)
    select r ->> 'scope', r ->> 'key', r ->> 'fingerprint', (r ->> 'id')::uuid, 201, (r ->> 'response')::json
    from jsonb_array_elements(p_rows) r
    where r ->> 'key' is not null
    order by r ->> 'scope' collate "C", r ->> 'key' collate "C"
    on conflict (scope, key) do nothing;
  end if;

  insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
  select r.id, r.predictor_id, r.revision, r.model, r.inputs, r.answer
  from jsonb_to_recordset(p_rows) as r (
    id uuid, predictor_id integer, revision integer, model integer, inputs jsonb, answer jsonb, scope text, key text)
  where r.key is null or exists (
    select from hundredfold.idempotency_keys k where k.scope = r.scope and k.key = r.key and k.prediction_id = r.id);

  select exists (
    select from hundredfold.dispatchable d
    where d.predictor_id in (select (r ->> 'predictor_id')::integer from jsonb_array_elements(p_rows) r)
  ) into v_waiting;

  return query
  select r.id,
    case when r.key is null or k.prediction_id = r.id then 'recorded'
         when k.fingerprint = r.fingerprint then 'replayed'
         else 'reused' end,
    case when k.prediction_id <> r.id and k.fingerprint = r.fingerprint then k.response end,
    v_waiting
  from jsonb_to_recordset(p_rows) as r (id uuid, scope text, key text, fingerprint text)
  left join hundredfold.idempotency_keys k on k.scope = r.scope and k.key = r.key;
end
$$;

-- Keeps the number of different labels of a predictor below 10,000.
create function hundredfold.know_label(p_predictor_id integer, p_label text) returns void
language plpgsql as $$
begin
  if exists (select from hundredfold.known_labels where predictor_id = p_predictor_id and label = p_label) then
    return;
  end if;
  perform from hundredfold.predictors where id = p_predictor_id for no key update;
  if (select count(*) from hundredfold.known_labels where predictor_id = p_predictor_id) >= 10000 then
    raise exception 'a predictor has 10,000 different labels at most' using errcode = 'UH010';
  end if;
  insert into hundredfold.known_labels (predictor_id, label) values (p_predictor_id, p_label) on conflict do nothing;
end
$$;

-- Gives a prediction its label (or value), or changes it, and makes it an example. Returns nothing when there is no
-- such prediction. Errors: UH011 when the target is of the other kind, UH010 when there are too many labels.
create function hundredfold.label_prediction(p_id uuid, p_label text, p_value double precision)
returns table (predictor_id integer, source text, rank integer)
language plpgsql as $$
#variable_conflict use_column
declare
  v_prediction hundredfold.predictions;
  v_type text;
  v_rank integer;
  v_source text;
begin
  select * into v_prediction from hundredfold.predictions where id = p_id for no key update;
  if not found then
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
  values (p_id, p_label, p_value, v_source, v_rank);
  insert into hundredfold.examples (row_id, predictor_id, revision, prediction_id, label, value, source)
  values (v_prediction.row_id, v_prediction.predictor_id, v_prediction.revision, p_id, p_label, p_value, v_source)
  on conflict (row_id) do update
    set label = excluded.label, value = excluded.value, source = excluded.source, changed_at = clock_timestamp();
  perform hundredfold.request_first(v_prediction.predictor_id);
  return query select v_prediction.predictor_id, v_source, v_rank;
end
$$;

-- Removes a prediction with its labels, its example and its idempotency record, and flags the models that learned
-- from it. Returns whether there was one.
create function hundredfold.erase_prediction(p_id uuid) returns boolean
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
  insert into hundredfold.erased_rows (predictor_id, row_id) values (v_row.predictor_id, v_row.row_id);
  delete from hundredfold.idempotency_keys where prediction_id = p_id;
  update hundredfold.models set erased = erased + 1
  where predictor_id = v_row.predictor_id and learned @> v_row.row_id;
  return true;
end
$$;
