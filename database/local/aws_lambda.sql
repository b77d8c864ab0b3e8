-- Stands in for Aurora's aws_lambda extension where it is missing: the same signature, so that the procedure that
-- invokes the train function is the same text everywhere. An invocation becomes a notification on the channel
-- `aws_lambda`, which the local runtime listens to. Like the real 'Event' invocation it answers 202 and waits for
-- nothing; unlike it, it is sent when the transaction commits.
create schema if not exists aws_lambda;

create or replace function aws_lambda.invoke(
  in function_name text,
  in payload json,
  in region text default null,
  in invocation_type text default 'RequestResponse',
  in log_type text default 'None',
  in context json default null,
  in qualifier varchar(128) default null,
  out status_code integer,
  out payload json,
  out executed_version text,
  out log_result text)
language sql as $$
  -- Any other type would have a transaction wait for a function; 400 is what Lambda says to a call it does not know.
  select case when $4 = 'Event' then 202 else 400 end, null::json, '$LATEST', null::text
  from (
    select case when $4 = 'Event'
      then pg_notify('aws_lambda', json_build_object('function', $1, 'payload', $2)::text) end
  ) as sent
$$;
