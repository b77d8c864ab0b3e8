-- What happened to the tables, written down beside them by triggers of the test's own: nothing of it is the program's.
create schema ledger;

create table ledger.rows (
  seq bigint generated always as identity primary key, kind text, happened text, predictor_id integer, row_id bigint,
  prediction_id uuid, nonce integer);
create table ledger.retrainings (
  seq bigint generated always as identity primary key, id bigint, predictor_id integer, trigger text, every integer,
  before text, status text, verdict text, before_token bigint, token bigint, merged_into bigint, reason text);
create table ledger.lambda (answers integer);
insert into ledger.lambda values (202);
create table ledger.invocations (id bigint generated always as identity primary key, predictor text);

create function ledger.note_prediction() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into ledger.rows (kind, happened, predictor_id, row_id, prediction_id, nonce)
    values ('prediction', 'insert', new.predictor_id, new.row_id, new.id, (new.inputs ->> 'nonce')::integer);
  else
    insert into ledger.rows (kind, happened, predictor_id, row_id, prediction_id, nonce)
    values ('prediction', 'delete', old.predictor_id, old.row_id, old.id, (old.inputs ->> 'nonce')::integer);
  end if;
  return null;
end
$$;
create trigger note after insert or delete on hundredfold.predictions for each row
execute function ledger.note_prediction();

create function ledger.note_example() returns trigger language plpgsql as $$
begin
  insert into ledger.rows (kind, happened, predictor_id, row_id, prediction_id, nonce)
  values ('example', 'insert', new.predictor_id, new.row_id, new.prediction_id, (new.inputs ->> 'nonce')::integer);
  return null;
end
$$;
create trigger note after insert on hundredfold.examples for each row execute function ledger.note_example();

create function ledger.note_retraining() returns trigger language plpgsql as $$
begin
  insert into ledger.retrainings (id, predictor_id, trigger, every, before, status, verdict, before_token, token,
    merged_into, reason)
  values (new.id, new.predictor_id, new.trigger, new.every, case when tg_op = 'UPDATE' then old.status end, new.status,
    new.verdict, case when tg_op = 'UPDATE' then old.token end, new.token, new.merged_into, new.reason);
  return null;
end
$$;
create trigger note after insert or update on hundredfold.retrainings for each row
execute function ledger.note_retraining();

-- The train function: it answers what the test says, 0 for not at all, and what it took is there to be delivered.
create function ledger.answer(p_payload json) returns integer language plpgsql as $$
declare
  v_status integer := (select answers from ledger.lambda);
begin
  if v_status = 0 then
    raise exception 'the train function cannot be reached';
  end if;
  if v_status = 202 then
    insert into ledger.invocations (predictor) values (p_payload ->> 'predictor');
  end if;
  return v_status;
end
$$;

create or replace function aws_lambda.invoke(
  in function_name text, in payload json, in region text default null, in invocation_type text default 'RequestResponse',
  in log_type text default 'None', in context json default null, in qualifier varchar(128) default null,
  out status_code integer, out payload json, out executed_version text, out log_result text)
language sql as $$
  select ledger.answer($2), null::json, '$LATEST', null::text
$$;
