-- The number of a predictor's change becomes a time in microseconds where that is higher, as that of the API keys is: a
-- database that was restored from a backup goes on with numbers that no pointer has yet, so that from the next change of a
-- definition or a champion on, the store follows it again.
create function hundredfold.date_predictor_change() returns trigger
language plpgsql as $$
begin
  new.change := greatest(new.change, (extract(epoch from clock_timestamp()) * 1000000)::bigint);
  return new;
end
$$;

create trigger date_change before insert or update of change on hundredfold.predictors
for each row execute function hundredfold.date_predictor_change();
