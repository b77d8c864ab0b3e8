-- What a dispatch would invoke now: per predictor its newest pending request, unless a training is under way or an
-- invocation may still arrive.
create view hundredfold.dispatchable as
select distinct on (r.predictor_id) r.predictor_id, r.id
from hundredfold.retrainings r
where r.status in ('requested', 'dispatched')
  and not exists (
    select from hundredfold.retrainings o
    where o.predictor_id = r.predictor_id
      and ((o.status = 'running' and o.lease_until > clock_timestamp())
        or (o.status = 'dispatched' and o.dispatched_at > clock_timestamp() - interval '1 minute')))
order by r.predictor_id, r.id desc;

-- Invokes the train function for every predictor that waits for it, without waiting for its answer. What cannot be
-- invoked stays pending with the error beside it, and whoever calls next tries again. Call it after the commit, in a
-- transaction of its own: an invocation is a network call, and a prediction must never wait for one.
create procedure hundredfold.dispatch_retrainings()
language plpgsql as $$
declare
  v_function text := (select value from hundredfold.settings where name = 'train_function');
  v_next record;
  v_status integer;
begin
  if v_function is null then
    return;
  end if;
  for v_next in select d.id, p.name from hundredfold.dispatchable d join hundredfold.predictors p on p.id = d.predictor_id loop
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
    exception when others then
      update hundredfold.retrainings set last_error = sqlerrm where id = v_next.id;
    end;
  end loop;
end
$$;

-- Puts back what died: a training whose lease ran out is asked for again, and fails for good at its third death.
create procedure hundredfold.sweep_retrainings()
language plpgsql as $$
begin
  update hundredfold.retrainings set
    status = case when attempts >= 3 then 'finished' else 'requested' end,
    verdict = case when attempts >= 3 then 'failed' end,
    reason = case when attempts >= 3 then
      'The training died ' || attempts || ' times without saying why; look at the log of the train function.' end,
    finished_at = case when attempts >= 3 then clock_timestamp() end,
    token = null, lease_until = null
  where status = 'running' and lease_until <= clock_timestamp();
  call hundredfold.dispatch_retrainings();
end
$$;
