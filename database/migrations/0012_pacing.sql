-- Pacing: how often a predictor may be trained, and whether any may. And what became of invocations that failed.

-- A train function that cannot be reached is not called at every prediction: by whoever records not before retry_at,
-- by the sweep always. One row, since all predictors have one train function.
create table hundredfold.invocation_failures (
  only_one boolean primary key default true check (only_one),
  failures integer not null,
  retry_at timestamptz not null
);
create index retrainings_by_start on hundredfold.retrainings (predictor_id, started_at) where started_at is not null;

-- The switch that stops all training, and no answering.
create function hundredfold.training_is_on() returns boolean
language sql stable as $$
  select not exists (select from hundredfold.settings where name = 'training' and value = 'off')
$$;

create function hundredfold.switch_training(p_on boolean) returns void
language sql as $$
  insert into hundredfold.settings (name, value) values ('training', case when p_on then 'on' else 'off' end)
  on conflict (name) do update set value = excluded.value
$$;

-- Until when the predictor's definition holds back what its rows ask for (`minInterval`, in seconds from one training's
-- start to the next one's; `maxPerDay`, trainings begun within 24 hours). A training that was given back or died does not
-- count. Null, or a time past: nothing is held back.
-- Asked with every row while a request waits, so these two are PL/pgSQL, which keeps its plans: as SQL functions they were
-- planned anew at each call, 0.7 ms of the 1.3 that recording a row took.
create function hundredfold.held_until(p_predictor_id integer) returns timestamptz
language plpgsql stable as $$
declare
  v_pace jsonb := (select definition -> 'retraining' from hundredfold.predictors where id = p_predictor_id);
  v_until timestamptz;
  v_until_too timestamptz;
begin
  if v_pace ? 'minInterval' then
    select max(r.started_at) + make_interval(secs => (v_pace ->> 'minInterval')::double precision) into v_until
    from hundredfold.retrainings r
    where r.predictor_id = p_predictor_id and r.status in ('running', 'finished');
  end if;
  if v_pace ? 'maxPerDay' then
    select r.started_at + interval '24 hours' into v_until_too
    from hundredfold.retrainings r
    where r.predictor_id = p_predictor_id and r.status in ('running', 'finished')
      and r.started_at > clock_timestamp() - interval '24 hours'
    order by r.started_at desc offset (v_pace ->> 'maxPerDay')::integer - 1 limit 1;
  end if;
  return greatest(v_until, v_until_too);
end
$$;

-- What a person asked for, and a first training, wait for nothing.
create function hundredfold.is_held(p_predictor_id integer) returns boolean
language plpgsql stable as $$
begin
  return coalesce(hundredfold.held_until(p_predictor_id) > clock_timestamp(), false)
    and not exists (
      select from hundredfold.retrainings
      where predictor_id = p_predictor_id and status in ('requested', 'dispatched') and trigger in ('request', 'first'));
end
$$;

-- What a dispatch would invoke now: per predictor its newest pending request, unless training is switched off, the
-- predictor's pace holds it back, a training is under way, or an invocation may still arrive.
create or replace view hundredfold.dispatchable as
select w.predictor_id, w.id
from (
  select p.id as predictor_id, newest.id
  from hundredfold.predictors p
  cross join lateral (
    select r.id from hundredfold.retrainings r
    where r.predictor_id = p.id and r.status <> 'finished' and r.status <> 'running'
    order by r.id desc limit 1) newest
  where not exists (
    select from hundredfold.retrainings o
    where o.predictor_id = p.id and o.status <> 'finished'
      and ((o.status = 'running' and o.lease_until > clock_timestamp())
        or (o.status = 'dispatched' and o.dispatched_at > clock_timestamp() - interval '1 minute')))
  offset 0
) w
where hundredfold.training_is_on() and not hundredfold.is_held(w.predictor_id);

-- Asked after every statement that records: mostly nothing is pending, and one look at an index says so.
create or replace function hundredfold.waits_for_dispatch(p_predictor_ids integer[]) returns boolean
language plpgsql stable as $$
begin
  if not exists (
    select from hundredfold.retrainings
    where predictor_id = any (p_predictor_ids) and status <> 'finished' and status <> 'running')
  then
    return false;
  end if;
  if exists (select from hundredfold.invocation_failures where retry_at > clock_timestamp()) then
    return false;
  end if;
  return exists (select from hundredfold.dispatchable d where d.predictor_id = any (p_predictor_ids));
end
$$;

-- As before, but that a count which is not full is left at that.
create or replace function hundredfold.count_predictions() returns trigger
language plpgsql as $$
declare
  v_new record;
  v_full boolean;
begin
  for v_new in select predictor_id, count(*) as rows from inserted group by predictor_id order by predictor_id loop
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

drop procedure hundredfold.dispatch_retrainings();

-- Invokes the train function for every predictor that waits for it, without waiting for its answer. What cannot be
-- invoked stays pending with the error beside it, and is tried again: by the next call after 1 to 60 s, by one that
-- says p_force at once; p_failed becomes 1 when an invocation failed. All predictors have one train function, so the
-- first failure ends the round. Call it after the commit, in a transaction of its own: an invocation is a network call,
-- and a prediction must never wait for one.
create procedure hundredfold.dispatch_retrainings(p_force boolean default false, inout p_failed integer default 0)
language plpgsql as $$
declare
  v_function text := (select value from hundredfold.settings where name = 'train_function');
  v_next record;
  v_status integer;
begin
  p_failed := 0;
  if v_function is null then
    return;
  end if;
  for v_next in
    select d.id, d.predictor_id, p.name
    from hundredfold.dispatchable d join hundredfold.predictors p on p.id = d.predictor_id
    where p_force or not exists (select from hundredfold.invocation_failures where retry_at > clock_timestamp())
    order by d.id
  loop
    -- Another dispatcher may have been quicker since the list was read.
    perform from hundredfold.retrainings
    where id = v_next.id
      and (status = 'requested' or (status = 'dispatched' and dispatched_at <= clock_timestamp() - interval '1 minute'))
    for update skip locked;
    continue when not found;
    begin
      select i.status_code into v_status
      from aws_lambda.invoke(
        function_name => v_function,
        payload => json_build_object('retraining', v_next.id, 'predictor', v_next.name),
        invocation_type => 'Event') i;
      if v_status not between 200 and 299 then
        raise exception 'the train function answered %', v_status;
      end if;
      update hundredfold.retrainings set status = 'dispatched', dispatched_at = clock_timestamp(), last_error = null
      where id = v_next.id;
      delete from hundredfold.invocation_failures;
    exception when others then
      update hundredfold.retrainings set last_error = sqlerrm where id = v_next.id;
      insert into hundredfold.invocation_failures as f (failures, retry_at)
      values (1, clock_timestamp() + interval '1 second')
      on conflict (only_one) do update set
        failures = f.failures + 1,
        retry_at = clock_timestamp() + make_interval(secs => least(60, 2 ^ least(f.failures, 6)));
      p_failed := 1;
      exit;
    end;
  end loop;
end
$$;

-- Puts back the trainings whose lease ran out; one that died for the third time fails for good, where all predictors
-- are looked at: the sweep says how many did. Returns their number.
create function hundredfold.put_back_lapsed(p_predictor_id integer default null) returns integer
language plpgsql as $$
declare
  v_failed integer;
begin
  with lapsed as (
    select id from hundredfold.retrainings
    where status = 'running' and lease_until <= clock_timestamp()
      and (p_predictor_id is null or (predictor_id = p_predictor_id and attempts < 3))
    order by id for update skip locked
  ), settled as (
    update hundredfold.retrainings r set
      status = case when attempts >= 3 then 'finished' else 'requested' end,
      verdict = case when attempts >= 3 then 'failed' end,
      reason = case when attempts >= 3 then
        'The training died ' || attempts || ' times without saying why; the trainer''s log may know.' end,
      finished_at = case when attempts >= 3 then clock_timestamp() end,
      started_at = case when attempts >= 3 then started_at end, token = null, lease_until = null
    from lapsed where r.id = lapsed.id
    returning r.verdict
  )
  select count(*) filter (where verdict = 'failed') into v_failed from settled;
  return v_failed;
end
$$;

drop procedure hundredfold.sweep_retrainings();

-- The regular round: puts back what died, dispatches what is pending. p_failed becomes the number of trainings that
-- failed for good in it, p_unsent 1 when an invocation failed.
create procedure hundredfold.sweep_retrainings(inout p_failed integer default 0, inout p_unsent integer default 0)
language plpgsql as $$
begin
  p_failed := hundredfold.put_back_lapsed();
  call hundredfold.dispatch_retrainings(true, p_unsent);
end
$$;

-- Takes the training of a predictor: the newest of its pending requests runs and carries the verdict, the others are
-- merged into it. Returns nothing when there is nothing to do, another training holds the lease, the predictor's pace
-- holds it back, or training is switched off.
create or replace function hundredfold.claim_retraining(p_predictor text, p_lease interval)
returns table (id bigint, token bigint, predictor_id integer, trigger text, revision integer, definition jsonb,
  signature text, champion jsonb, last_judged jsonb)
language plpgsql as $$
#variable_conflict use_column
declare
  v_predictor hundredfold.predictors;
  v_id bigint;
  v_token bigint;
begin
  if not hundredfold.training_is_on() then
    return;
  end if;
  select * into v_predictor from hundredfold.predictors where name = p_predictor for no key update;
  if not found then
    return;
  end if;
  perform hundredfold.put_back_lapsed(v_predictor.id);
  if exists (select from hundredfold.retrainings where predictor_id = v_predictor.id and status = 'running')
    or hundredfold.is_held(v_predictor.id)
  then
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

-- Raises UH005 when training was switched off: whoever trains gives the training back.
create function hundredfold.stay_on() returns void
language plpgsql as $$
begin
  if not hundredfold.training_is_on() then
    raise exception 'training is switched off' using errcode = 'UH005';
  end if;
end
$$;

create or replace function hundredfold.renew_lease(p_id bigint, p_token bigint, p_lease interval, p_progress jsonb)
returns void
language plpgsql as $$
begin
  perform hundredfold.hold_lease(p_id, p_token);
  perform hundredfold.stay_on();
  update hundredfold.retrainings set lease_until = clock_timestamp() + p_lease, progress = coalesce(p_progress, progress)
  where id = p_id;
end
$$;

create or replace function hundredfold.reserve_version(p_id bigint, p_token bigint) returns integer
language plpgsql as $$
declare
  v_version integer;
begin
  perform hundredfold.stay_on();
  update hundredfold.predictors set last_version = last_version + 1
  where id = (hundredfold.hold_lease(p_id, p_token)).predictor_id
  returning last_version into v_version;
  return v_version;
end
$$;

-- Gives the lease back unfinished, so that another trainer need not wait for it to run out.
create or replace function hundredfold.release_retraining(p_id bigint, p_token bigint) returns void
language sql as $$
  update hundredfold.retrainings
  set status = 'requested', token = null, lease_until = null, attempts = attempts - 1, started_at = null
  where id = p_id and status = 'running' and token = p_token
$$;

-- Ends the lease of a trainer that is known to be dead, so that nobody waits for it to run out. The attempt counts.
create function hundredfold.abandon_retraining(p_id bigint, p_token bigint) returns void
language sql as $$
  update hundredfold.retrainings set lease_until = clock_timestamp()
  where id = p_id and status = 'running' and token = p_token
$$;

-- One retraining as the API shows it.
create or replace function hundredfold.describe_retraining(r hundredfold.retrainings) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', r.id, 'trigger', r.trigger, 'status', r.status, 'verdict', r.verdict, 'reason', r.reason, 'model', r.model,
    'requestedAt', r.requested_at, 'startedAt', r.started_at, 'finishedAt', r.finished_at,
    'heldUntil', case when r.status in ('requested', 'dispatched') and r.trigger in ('count', 'import')
                       and hundredfold.is_held(r.predictor_id)
                 then hundredfold.held_until(r.predictor_id) end,
    'progress', case when r.status = 'running' then r.progress end,
    'lastError', r.last_error, 'judgement', r.judgement)
$$;

-- An invocation that came while training was off was answered by doing nothing: switched on again, what it was for is
-- sent anew, and not a minute later.
create or replace function hundredfold.switch_training(p_on boolean) returns void
language sql as $$
  insert into hundredfold.settings (name, value) values ('training', case when p_on then 'on' else 'off' end)
  on conflict (name) do update set value = excluded.value;
  update hundredfold.retrainings set status = 'requested', dispatched_at = null
  where p_on and status = 'dispatched'
$$;

-- Where a person promotes, one model awaits that person at most: the newest, which learned from all that the ones before
-- it learned from. They become `rejected`, which a person may still promote.
update hundredfold.models m set status = 'rejected'
where m.status = 'awaiting-approval' and exists (
  select from hundredfold.models n
  where n.predictor_id = m.predictor_id and n.status = 'awaiting-approval' and n.version > m.version);
create unique index models_one_awaiting on hundredfold.models (predictor_id) where status = 'awaiting-approval';

create function hundredfold.supersede_awaiting() returns trigger
language plpgsql as $$
begin
  update hundredfold.models set status = 'rejected'
  where predictor_id = new.predictor_id and status = 'awaiting-approval';
  return new;
end
$$;

create trigger supersede_awaiting before insert on hundredfold.models
for each row when (new.status = 'awaiting-approval') execute function hundredfold.supersede_awaiting();
