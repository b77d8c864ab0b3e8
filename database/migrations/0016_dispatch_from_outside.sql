-- Dispatch from outside: where the database cannot reach the train function (no way out of its network, a failing
-- invocation), somebody else invokes it, by the same rules; and what tells whether anything has to be sent at all.

-- Takes what a dispatch would send next, as sent: the newest pending retraining of a predictor, or a reproduction. What is
-- taken and never reported, since its taker died, is taken again after a minute, like any invocation that went astray. Of
-- several takers each gets another piece. Nothing while training is switched off, nothing that a predictor's pace holds
-- back; after a failure nothing for 1 to 60 s, unless p_force says so.
create function hundredfold.hand_out_work(p_force boolean default false)
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
    select w.id from hundredfold.reproductions w
    where w.status = 'requested' and coalesce(w.dispatched_at <= clock_timestamp() - interval '1 minute', true)
    order by w.id limit 1 for update skip locked)
  returning null::bigint, r.id, p.name;
end
$$;

-- What became of a piece that was handed out: p_error null where the train function took it. What could not be sent is
-- pending again with the error beside it, and nobody but the sweep tries for 1 to 60 s.
create function hundredfold.work_handed_over(p_retraining bigint, p_reproduction bigint, p_error text) returns void
language plpgsql as $$
begin
  update hundredfold.retrainings set
    status = case when p_error is null then status else 'requested' end,
    dispatched_at = case when p_error is null then dispatched_at end,
    last_error = p_error
  where id = p_retraining and status = 'dispatched';
  update hundredfold.reproductions set
    dispatched_at = case when p_error is null then dispatched_at end,
    last_error = p_error
  where id = p_reproduction and status = 'requested';
  if p_error is not null then
    insert into hundredfold.invocation_failures as f (failures, retry_at)
    values (1, clock_timestamp() + interval '1 second')
    on conflict (only_one) do update set
      failures = f.failures + 1,
      retry_at = clock_timestamp() + make_interval(secs => least(60, 2 ^ least(f.failures, 6)));
  elsif not exists (select from hundredfold.settings where name = 'train_function') then
    -- Where the database invokes too, its own failures are not mended by somebody else's success.
    delete from hundredfold.invocation_failures;
  end if;
end
$$;

-- Is there work that has not ended, or may there be some that nobody is told of when it comes: while a pace holds a
-- predictor back, or in the pause after an invocation that failed, whoever records asks for no dispatch. not_before: until
-- then a pace holds all of it back; null where some of it may be sent now, was sent, or runs. waiting_seconds: for how long
-- the oldest of what may be sent has waited for a trainer; 0 where none does. While training is switched off nothing is
-- pending: switched on, it is sent anew.
create function hundredfold.pending_work()
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
  select count(*) > 0 or (
      hundredfold.training_is_on()
      and exists (select from hundredfold.invocation_failures where retry_at > clock_timestamp())),
    case when bool_and(held) then min(not_before) end,
    coalesce(extract(epoch from clock_timestamp() - min(waits_since)), 0)::double precision
  from work where hundredfold.training_is_on()
$$;
