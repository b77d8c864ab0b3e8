-- Lineage: which rows, under which labels, a model learned from; and making a model again from them.

-- The label in force, of all that were ever given to the row; null for an imported row. No foreign key: both go with
-- their prediction, and a key would look through the examples at every erasure.
alter table hundredfold.examples add column label_id bigint;
update hundredfold.examples e set label_id = l.id
from (select prediction_id, max(id) as id from hundredfold.labels group by prediction_id) l
where l.prediction_id = e.prediction_id;

-- Null for a model that was trained before labels were kept with it.
alter table hundredfold.models add column learned_labels int8multirange;

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

drop function hundredfold.learnable_rows(integer, integer, bigint, integer);

-- A page of the rows to learn from, by row id: p_limit of them at most, and as many as p_bytes hold, but one at least.
-- Which sources count, and which rows were recorded for the same target, is what revision p_revision of the definition
-- says. Guesses of the model's own come along only where it names the source 'predicted'. `seen`: model p_champion
-- learned from the row.
create function hundredfold.learnable_rows(
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

-- What a row takes of a page, in bytes: its texts, and what else is said of it.
create function hundredfold.page_share(p_inputs jsonb, p_label text) returns integer
language sql immutable as $$
  select coalesce(octet_length(p_inputs::text), 0) + coalesce(octet_length(p_label), 0) + 256
$$;

-- A page of a predictor's examples, newest first, those below p_before (null: from the newest): p_limit of them at most,
-- and as many as p_bytes hold, but one at least. `more`: there are some beyond this one.
create function hundredfold.stored_examples(p_predictor_id integer, p_before bigint, p_limit integer, p_bytes integer)
returns table (row_id bigint, prediction_id uuid, inputs jsonb, label text, value double precision, source text,
  created_at timestamptz, more boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_oldest bigint := (select min(row_id) from hundredfold.examples where predictor_id = p_predictor_id);
  v_left bigint := p_bytes;
  v_first boolean := true;
begin
  for row_id, prediction_id, inputs, label, value, source, created_at, more in
    select e.row_id, e.prediction_id, coalesce(e.inputs, p.inputs), e.label, e.value, e.source, e.created_at,
      v_oldest < e.row_id
    from hundredfold.examples e
    left join hundredfold.predictions p on p.id = e.prediction_id
    where e.predictor_id = p_predictor_id and e.row_id < coalesce(p_before, 9223372036854775807)
    order by e.row_id desc limit p_limit
  loop
    v_left := v_left - hundredfold.page_share(inputs, label);
    exit when v_left < 0 and not v_first;
    v_first := false;
    return next;
  end loop;
end
$$;

-- A page of the rows that a model learned from, newest first, those below p_before (null: from the newest), each with
-- the label that it was learned under; p_limit of them at most, and as many as p_bytes hold, but one at least. A row
-- that was erased since has nothing but its id. `source` is 'predicted' for a guess, and null, like the target, for a
-- labelled row of a model trained before labels were kept with it. `seen`: model p_champion learned from the row too.
-- `more`: there are rows beyond this one.
create function hundredfold.learned_rows(
  p_predictor_id integer, p_model integer, p_champion integer, p_before bigint, p_limit integer, p_bytes integer)
returns table (row_id bigint, prediction_id uuid, inputs jsonb, label text, value double precision, source text,
  seen boolean, erased boolean, more boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_learned int8multirange;
  v_labels int8multirange;
  v_seen int8multirange := coalesce((
    select m.learned + '{}'::int8multirange from hundredfold.models m
    where m.predictor_id = p_predictor_id and m.version = p_champion), '{}');
  v_left bigint := p_bytes;
  v_first boolean := true;
begin
  select m.learned + '{}'::int8multirange, m.learned_labels + '{}'::int8multirange into v_learned, v_labels
  from hundredfold.models m where m.predictor_id = p_predictor_id and m.version = p_model;

  for row_id, prediction_id, inputs, label, value, source, seen, erased, more in
    with ranges as (
      select lower(r) as low, least(upper(r), p_before) as high
      from unnest(v_learned) r where lower(r) < coalesce(p_before, upper(r))
    ), counted as (
      select low, high, sum(high - low) over (order by low desc) - (high - low) as newer from ranges
    ), ids as (
      select g.row_id
      from counted, generate_series(greatest(low, high - p_limit), high - 1) as g (row_id)
      where newer < p_limit
      order by g.row_id desc limit p_limit
    )
    select i.row_id, p.id, coalesce(e.inputs, p.inputs),
      case when e.found then e.label when l.found then l.label when v_labels is null then null
           else p.answer -> 'suggestions' -> 0 ->> 'label' end,
      case when e.found then e.value when l.found then l.value when v_labels is null then null
           else (p.answer ->> 'value')::double precision end,
      case when e.found then 'imported' when l.found then l.source when p.id is null or v_labels is null then null
           else 'predicted' end,
      v_seen @> i.row_id, e.found is null and p.id is null, lower(v_learned) < i.row_id
    from ids i
    -- Laterals with a limit: some lookups, whatever the planner thinks of how many rows there are.
    left join lateral (
      select x.inputs, x.label, x.value, true as found from hundredfold.examples x
      where x.row_id = i.row_id and x.predictor_id = p_predictor_id and x.prediction_id is null limit 1) e on true
    left join lateral (
      select x.id, x.inputs, x.answer from hundredfold.predictions x
      where x.predictor_id = p_predictor_id and x.row_id = i.row_id limit 1) p on true
    left join lateral (
      select x.label, x.value, x.source, true as found from hundredfold.labels x
      where x.prediction_id = p.id and v_labels @> x.id limit 1) l on true
    order by i.row_id desc
  loop
    v_left := v_left - hundredfold.page_share(inputs, label);
    exit when v_left < 0 and not v_first;
    v_first := false;
    return next;
  end loop;
end
$$;

drop function hundredfold.finish_retraining(bigint, bigint, text, text, text, jsonb, integer, jsonb, int8multirange);

-- Ends a training with its verdict; with a model, registers it with the rows and the labels that it learned from and,
-- where it serves from now on, switches: one guarded transaction. Errors: UH001 the lease is lost, UH002 the
-- definition's inputs or target changed meanwhile, UH004 somebody else changed the champion that it was judged against,
-- UH005 training was switched off: with a model in hand it is given back.
create function hundredfold.finish_retraining(
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
       where e.predictor_id = v_retraining.predictor_id and p_learned @> e.row_id),
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

drop function hundredfold.erase_prediction(uuid);

-- Removes a prediction with its labels, its example, its idempotency record and, where no other example has them, the
-- texts of its labels; and flags the models that learned from it. Its id is kept, so that no copy of the row that is
-- still under way comes back. Returns the versions of the flagged models, [3, 7]; null when there is no such prediction.
create function hundredfold.erase_prediction(p_id uuid) returns jsonb
language plpgsql as $$
declare
  v_row record;
  v_labels text[];
  v_flagged jsonb;
begin
  select predictor_id, row_id into v_row from hundredfold.predictions where id = p_id for update;
  if not found then
    return null;
  end if;
  -- Shuts out a model that is being registered: it counts the erased rows before us, or we flag it. And another
  -- erasure: each of the last two rows with a label would take the other for the one that still has it.
  perform from hundredfold.predictors where id = v_row.predictor_id for no key update;
  v_labels := array(select distinct label from hundredfold.labels where prediction_id = p_id and label is not null);
  delete from hundredfold.predictions where id = p_id;
  insert into hundredfold.erased_rows (predictor_id, row_id, prediction_id)
  values (v_row.predictor_id, v_row.row_id, p_id);
  delete from hundredfold.idempotency_keys where prediction_id = p_id;
  -- A row that gets one of these labels at this moment makes it known again with its next use.
  delete from hundredfold.known_labels k
  where k.predictor_id = v_row.predictor_id and k.label = any (v_labels)
    and not exists (
      select from hundredfold.examples e where e.predictor_id = v_row.predictor_id and e.label = k.label);
  with flagged as (
    update hundredfold.models set erased = erased + 1
    where predictor_id = v_row.predictor_id and learned @> v_row.row_id
    returning version
  )
  select coalesce(jsonb_agg(version order by version), '[]') into v_flagged from flagged;
  return v_flagged;
end
$$;

-- A model made again from what it learned from, to see whether the bytes are equal. Nothing of it is published.
create table hundredfold.reproductions (
  id bigint generated always as identity primary key,
  predictor_id integer not null,
  model integer not null,
  status text not null default 'requested' check (status in ('requested', 'running', 'finished')),
  -- Null while it is not known, and when it could not be tried: `reason` says why.
  equal boolean,
  sha256 text,
  expected text not null,
  reason text,
  progress jsonb,
  attempts integer not null default 0,
  last_error text,
  token bigint,
  lease_until timestamptz,
  requested_at timestamptz not null default now(),
  dispatched_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  foreign key (predictor_id, model) references hundredfold.models (predictor_id, version) on delete cascade,
  check ((equal is null) = (sha256 is null)),
  check ((status = 'finished') = (reason is not null))
);
-- Whoever asks again while one is under way is told of that one.
create unique index reproductions_one_unfinished on hundredfold.reproductions (predictor_id, model)
  where status <> 'finished';

-- One reproduction as the API shows it.
create function hundredfold.describe_reproduction(r hundredfold.reproductions) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', r.id, 'model', r.model, 'status', r.status, 'equal', r.equal, 'sha256', r.sha256, 'expected', r.expected,
    'reason', r.reason, 'progress', case when r.status = 'running' then r.progress end, 'lastError', r.last_error,
    'requestedAt', r.requested_at, 'startedAt', r.started_at, 'finishedAt', r.finished_at)
$$;

-- Asks for a model to be made again, once while it is not done. Null when there is no such model.
create function hundredfold.request_reproduction(p_predictor_id integer, p_model integer) returns jsonb
language plpgsql as $$
declare
  v_request hundredfold.reproductions;
begin
  insert into hundredfold.reproductions (predictor_id, model, expected)
  select predictor_id, version, sha256 from hundredfold.models
  where predictor_id = p_predictor_id and version = p_model
  -- An invocation that went astray is not waited for.
  on conflict (predictor_id, model) where status <> 'finished' do update set dispatched_at = null
  returning * into v_request;
  return case when v_request.id is not null then hundredfold.describe_reproduction(v_request) end;
end
$$;

-- Puts back the reproductions whose lease ran out, gives up those that died three times, and invokes the train function
-- for whatever waits. Call it in a transaction of its own: an invocation is a network call.
create procedure hundredfold.dispatch_reproductions()
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
    where r.status = 'requested'
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

-- Takes a reproduction, with all that its training was given. Nothing when it is done, another trainer has it, or
-- training is switched off. `judged`: it is known against which champion, or none, the model was judged.
create function hundredfold.claim_reproduction(p_id bigint, p_lease interval)
returns table (id bigint, token bigint, predictor_id integer, model integer, revision integer, definition jsonb,
  expected text, code_version text, labels_known boolean, judged boolean, champion jsonb)
language plpgsql as $$
#variable_conflict use_column
declare
  v_claimed hundredfold.reproductions;
begin
  update hundredfold.reproductions set
    status = 'running', token = nextval('hundredfold.fencing_tokens'), lease_until = clock_timestamp() + p_lease,
    attempts = attempts + 1, started_at = clock_timestamp(), progress = null
  where id = p_id and hundredfold.training_is_on() and attempts < 3
    and (status = 'requested' or (status = 'running' and lease_until <= clock_timestamp()))
  returning * into v_claimed;
  if not found then
    return;
  end if;
  return query
  select v_claimed.id, v_claimed.token, m.predictor_id, m.version, m.revision, d.definition, v_claimed.expected,
    m.code_version, m.learned_labels is not null, r.id is not null,
    (select jsonb_build_object('model', c.version, 'key', c.key, 'sha256', c.sha256)
     from hundredfold.models c where c.predictor_id = m.predictor_id and c.version = r.champion)
  from hundredfold.models m
  join hundredfold.predictor_revisions d on d.predictor_id = m.predictor_id and d.revision = m.revision
  left join hundredfold.retrainings r on r.id = m.retraining_id
  where m.predictor_id = v_claimed.predictor_id and m.version = v_claimed.model;
end
$$;

-- Raises UH001 unless the reproduction still holds its lease.
create function hundredfold.hold_reproduction(p_id bigint, p_token bigint) returns void
language plpgsql as $$
begin
  perform from hundredfold.reproductions
  where id = p_id and status = 'running' and token = p_token and lease_until > clock_timestamp()
  for update;
  if not found then
    raise exception 'reproduction % is no longer held by this trainer', p_id using errcode = 'UH001';
  end if;
end
$$;

create function hundredfold.renew_reproduction(p_id bigint, p_token bigint, p_lease interval, p_progress jsonb)
returns void
language plpgsql as $$
begin
  perform hundredfold.hold_reproduction(p_id, p_token);
  perform hundredfold.stay_on();
  update hundredfold.reproductions
  set lease_until = clock_timestamp() + p_lease, progress = coalesce(p_progress, progress)
  where id = p_id;
end
$$;

-- Gives the reproduction back untried.
create function hundredfold.release_reproduction(p_id bigint, p_token bigint) returns void
language sql as $$
  update hundredfold.reproductions
  set status = 'requested', token = null, lease_until = null, dispatched_at = null, attempts = attempts - 1
  where id = p_id and status = 'running' and token = p_token
$$;

-- Ends a reproduction: with the hash of what was made, or with null where it could not be tried.
create function hundredfold.finish_reproduction(p_id bigint, p_token bigint, p_sha256 text, p_reason text) returns void
language plpgsql as $$
begin
  perform hundredfold.hold_reproduction(p_id, p_token);
  update hundredfold.reproductions set
    status = 'finished', sha256 = p_sha256, equal = p_sha256 = expected, reason = p_reason,
    finished_at = clock_timestamp(), token = null, lease_until = null, last_error = null
  where id = p_id;
end
$$;
