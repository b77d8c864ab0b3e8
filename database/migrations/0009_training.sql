-- Takes the training of a predictor: the newest of its pending requests runs and carries the verdict, the others are
-- merged into it. Returns nothing when there is nothing to do or another training holds the lease.
create function hundredfold.claim_retraining(p_predictor text, p_lease interval)
returns table (id bigint, token bigint, predictor_id integer, trigger text, revision integer, definition jsonb,
  signature text, champion jsonb, last_judged jsonb)
language plpgsql as $$
#variable_conflict use_column
declare
  v_predictor hundredfold.predictors;
  v_id bigint;
  v_token bigint;
begin
  select * into v_predictor from hundredfold.predictors where name = p_predictor for no key update;
  if not found then
    return;
  end if;
  update hundredfold.retrainings set status = 'requested', token = null, lease_until = null
  where predictor_id = v_predictor.id and status = 'running' and lease_until <= clock_timestamp();
  if exists (select from hundredfold.retrainings where predictor_id = v_predictor.id and status = 'running') then
    return;
  end if;
  select max(id) into v_id from hundredfold.retrainings
  where predictor_id = v_predictor.id and status in ('requested', 'dispatched');
  if v_id is null then
    return;
  end if;
  update hundredfold.retrainings set
    status = 'finished', verdict = 'unchanged', reason = 'merged into ' || v_id, merged_into = v_id,
    finished_at = clock_timestamp()
  where predictor_id = v_predictor.id and status in ('requested', 'dispatched') and id < v_id;
  v_token := nextval('hundredfold.fencing_tokens');
  update hundredfold.retrainings set
    status = 'running', token = v_token, lease_until = clock_timestamp() + p_lease, attempts = attempts + 1,
    started_at = clock_timestamp(), progress = null, revision = v_predictor.revision
  where id = v_id;
  return query
  select v_id, v_token, v_predictor.id, r.trigger, v_predictor.revision, v_predictor.definition, v_predictor.signature,
    (select jsonb_build_object('model', m.version, 'key', m.key, 'sha256', m.sha256, 'fingerprint', m.fingerprint)
     from hundredfold.models m where m.predictor_id = v_predictor.id and m.version = v_predictor.champion),
    (select jsonb_build_object('id', j.id, 'fingerprint', j.fingerprint, 'champion', j.champion, 'verdict', j.verdict,
       'revision', j.revision)
     from hundredfold.retrainings j
     where j.predictor_id = v_predictor.id and j.fingerprint is not null and j.status = 'finished'
     order by j.finished_at desc, j.id desc limit 1)
  from hundredfold.retrainings r where r.id = v_id;
end
$$;

-- Raises UH001 unless the training still holds its lease, by the database's clock.
create function hundredfold.hold_lease(p_id bigint, p_token bigint) returns hundredfold.retrainings
language plpgsql as $$
declare
  v_retraining hundredfold.retrainings;
begin
  select * into v_retraining from hundredfold.retrainings
  where id = p_id and status = 'running' and token = p_token and lease_until > clock_timestamp()
  for update;
  if not found then
    raise exception 'retraining % is no longer held by this trainer', p_id using errcode = 'UH001';
  end if;
  return v_retraining;
end
$$;

create function hundredfold.renew_lease(p_id bigint, p_token bigint, p_lease interval, p_progress jsonb) returns void
language plpgsql as $$
begin
  perform hundredfold.hold_lease(p_id, p_token);
  update hundredfold.retrainings set lease_until = clock_timestamp() + p_lease, progress = coalesce(p_progress, progress)
  where id = p_id;
end
$$;

-- Gives the lease back unfinished, so that another trainer need not wait for it to run out.
create function hundredfold.release_retraining(p_id bigint, p_token bigint) returns void
language sql as $$
  update hundredfold.retrainings
  set status = 'requested', token = null, lease_until = null, attempts = attempts - 1
  where id = p_id and status = 'running' and token = p_token
$$;

-- A number for a model to be published under. A trainer that dies leaves a gap.
create function hundredfold.reserve_version(p_id bigint, p_token bigint) returns integer
language plpgsql as $$
declare
  v_version integer;
begin
  update hundredfold.predictors set last_version = last_version + 1
  where id = (hundredfold.hold_lease(p_id, p_token)).predictor_id
  returning last_version into v_version;
  return v_version;
end
$$;

-- Makes a registered model the one that serves; no model of another signature may.
create function hundredfold.set_champion(p_predictor_id integer, p_version integer) returns void
language plpgsql as $$
begin
  update hundredfold.models set status = 'retired' where predictor_id = p_predictor_id and status = 'champion';
  update hundredfold.models set status = 'champion', promoted_at = clock_timestamp()
  where predictor_id = p_predictor_id and version = p_version;
  update hundredfold.predictors set champion = p_version, promoted_at = clock_timestamp(), change = change + 1
  where id = p_predictor_id;
end
$$;

-- Ends a training with its verdict; with a model, registers it and, where it serves from now on, switches: one
-- guarded transaction. Errors: UH001 the lease is lost, UH002 the definition's inputs or target changed meanwhile,
-- UH004 somebody else changed the champion that it was judged against.
create function hundredfold.finish_retraining(
  p_id bigint, p_token bigint, p_verdict text, p_reason text, p_fingerprint text, p_judgement jsonb,
  p_champion integer, p_model jsonb, p_learned int8multirange)
returns void
language plpgsql as $$
declare
  v_retraining hundredfold.retrainings := hundredfold.hold_lease(p_id, p_token);
  v_predictor hundredfold.predictors;
begin
  if p_model is not null then
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
      metrics, sha256, key, size, fingerprint, learned, erased, retraining_id, code_version)
    select v_retraining.predictor_id, m.version,
      case when m.status = 'champion' then 'retired' else m.status end,
      m.revision, m.signature, m.learner, m.settings, m.examples,
      m.metrics, m.sha256, m.key, m.size, p_fingerprint, p_learned,
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

-- A person promotes or rolls back. Errors: UH003 no such model, UH002 it was made for other inputs or another target.
create function hundredfold.promote_model(p_predictor_id integer, p_version integer) returns void
language plpgsql as $$
declare
  v_signature text;
  v_model hundredfold.models;
begin
  select signature into v_signature from hundredfold.predictors where id = p_predictor_id for no key update;
  select * into v_model from hundredfold.models where predictor_id = p_predictor_id and version = p_version;
  if not found then
    raise exception 'no model %', p_version using errcode = 'UH003';
  end if;
  if v_model.signature <> v_signature then
    raise exception 'model % was made for other inputs or another target', p_version using errcode = 'UH002';
  end if;
  if v_model.status <> 'champion' then
    perform hundredfold.set_champion(p_predictor_id, p_version);
  end if;
end
$$;
