-- Turns the staged rows of an import into examples in one statement. Rows whose label would be one too many are
-- left out and returned with their lines; p_train says whether the import may ask for a training of its own,
-- p_revision by which definition the rows were read (null: the one in force).
create function hundredfold.finish_import(p_import_id uuid, p_predictor_id integer, p_train boolean, p_revision integer default null)
returns table (imported bigint, too_many_labels bigint[])
language plpgsql as $$
declare
  v_refused bigint[];
  v_imported bigint;
  v_counts text;
  v_every integer;
begin
  perform from hundredfold.predictors where id = p_predictor_id for no key update;
  insert into hundredfold.known_labels (predictor_id, label)
  select p_predictor_id, n.label
  from (
    select s.label, min(s.line) as first_line
    from hundredfold.staged_examples s
    where s.import_id = p_import_id and s.label is not null
      and not exists (select from hundredfold.known_labels k where k.predictor_id = p_predictor_id and k.label = s.label)
    group by s.label
  ) n
  order by n.first_line
  limit greatest(0, 10000 - (select count(*) from hundredfold.known_labels where predictor_id = p_predictor_id));

  with gone as (
    delete from hundredfold.staged_examples s
    where s.import_id = p_import_id and s.label is not null
      and not exists (select from hundredfold.known_labels k where k.predictor_id = p_predictor_id and k.label = s.label)
    returning s.line
  )
  select array_agg(line order by line) into v_refused from gone;

  insert into hundredfold.examples (predictor_id, revision, inputs, label, value, source)
  select p_predictor_id, coalesce(p_revision, p.revision), s.inputs, s.label, s.value, 'imported'
  from hundredfold.staged_examples s, hundredfold.predictors p
  where s.import_id = p_import_id and p.id = p_predictor_id
  order by s.line;
  get diagnostics v_imported = row_count;
  delete from hundredfold.staged_examples where import_id = p_import_id;

  if p_train and not hundredfold.request_first(p_predictor_id) then
    select counts, every into v_counts, v_every from hundredfold.counters where predictor_id = p_predictor_id;
    -- Where labels count, the count itself has asked already.
    if v_imported >= v_every and v_counts = 'predictions' and (
      exists (select from hundredfold.predictors where id = p_predictor_id and champion is not null)
      or exists (select from hundredfold.retrainings where predictor_id = p_predictor_id and status <> 'finished'))
    then
      insert into hundredfold.retrainings (predictor_id, trigger) values (p_predictor_id, 'import');
    end if;
  end if;
  return query select v_imported, coalesce(v_refused, '{}');
end
$$;
