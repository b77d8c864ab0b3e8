-- Turns full counts into requests: 250 new rows with every = 100 make two and leave 50.
create function hundredfold.request_counted(p_predictor_id integer) returns void
language plpgsql as $$
declare
  v_every integer;
  v_requests bigint;
begin
  select every, new_rows / every into v_every, v_requests
  from hundredfold.counters where predictor_id = p_predictor_id for update;
  if v_requests > 0 then
    update hundredfold.counters set new_rows = new_rows - v_requests * v_every where predictor_id = p_predictor_id;
    insert into hundredfold.retrainings (predictor_id, trigger, every)
    select p_predictor_id, 'count', v_every from generate_series(1, v_requests);
  end if;
end
$$;

-- Counters are always locked in the order of their predictors, so that statements over several never deadlock.
create function hundredfold.count_predictions() returns trigger
language plpgsql as $$
declare
  v_new record;
begin
  for v_new in select predictor_id, count(*) as rows from inserted group by predictor_id order by predictor_id loop
    update hundredfold.counters set
      predictions = predictions + v_new.rows,
      new_rows = new_rows + case when counts = 'predictions' then v_new.rows else 0 end,
      counted = counted + case when counts = 'predictions' then v_new.rows else 0 end
    where predictor_id = v_new.predictor_id;
    perform hundredfold.request_counted(v_new.predictor_id);
  end loop;
  return null;
end
$$;

create trigger count_new after insert on hundredfold.predictions
referencing new table as inserted
for each statement execute function hundredfold.count_predictions();

-- An erased row leaves the number of rows there are; what was counted stays counted.
create function hundredfold.uncount_predictions() returns trigger
language plpgsql as $$
declare
  v_old record;
begin
  for v_old in select predictor_id, count(*) as rows from deleted group by predictor_id order by predictor_id loop
    update hundredfold.counters set predictions = predictions - v_old.rows where predictor_id = v_old.predictor_id;
  end loop;
  return null;
end
$$;

create trigger uncount_erased after delete on hundredfold.predictions
referencing old table as deleted
for each statement execute function hundredfold.uncount_predictions();

-- Only a row whose target became known is inserted here; a changed label is an update and counts nothing.
create function hundredfold.count_labels() returns trigger
language plpgsql as $$
declare
  v_new record;
begin
  for v_new in
    select i.predictor_id, count(*) as rows
    from inserted i join hundredfold.counters c on c.predictor_id = i.predictor_id and c.counts = 'labels'
    group by i.predictor_id order by i.predictor_id
  loop
    update hundredfold.counters set new_rows = new_rows + v_new.rows, counted = counted + v_new.rows
    where predictor_id = v_new.predictor_id and counts = 'labels';
    perform hundredfold.request_counted(v_new.predictor_id);
  end loop;
  return null;
end
$$;

create trigger count_new after insert on hundredfold.examples
referencing new table as inserted
for each statement execute function hundredfold.count_labels();
