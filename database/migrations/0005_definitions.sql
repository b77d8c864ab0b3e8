-- The rows that the definition in force may learn from: of its target, from the sources it names.
create function hundredfold.learnable(p_predictor_id integer)
returns table (examples bigint, labels bigint)
language sql stable as $$
  select count(*), count(distinct e.label)
  from hundredfold.predictors p
  join hundredfold.predictor_revisions now on now.predictor_id = p.id and now.revision = p.revision
  join hundredfold.predictor_revisions made on made.predictor_id = p.id and made.target = now.target
  join hundredfold.examples e on e.predictor_id = p.id and e.revision = made.revision
  where p.id = p_predictor_id
    and e.source in (select jsonb_array_elements_text(p.definition -> 'learnFrom'))
$$;

-- What is still missing before a first training: {} when nothing is.
create function hundredfold.missing_for_training(p_predictor_id integer) returns jsonb
language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'examples', case when l.examples < 10 then jsonb_build_object('needed', 10, 'present', l.examples) end,
    'labels', case when p.definition -> 'target' ->> 'type' = 'label' and l.labels < 2
                   then jsonb_build_object('needed', 2, 'present', l.labels) end))
  from hundredfold.predictors p, hundredfold.learnable(p_predictor_id) l
  where p.id = p_predictor_id
$$;

-- A predictor without a champion, and with nothing under way, asks for its first training once it can be trained.
create function hundredfold.request_first(p_predictor_id integer) returns boolean
language plpgsql as $$
begin
  if exists (select from hundredfold.predictors where id = p_predictor_id and champion is not null)
    or exists (select from hundredfold.retrainings where predictor_id = p_predictor_id and status <> 'finished')
    or exists (select from hundredfold.models m join hundredfold.predictors p on p.id = m.predictor_id
               where m.predictor_id = p_predictor_id and m.status = 'awaiting-approval' and m.signature = p.signature)
    or hundredfold.missing_for_training(p_predictor_id) <> '{}'
  then
    return false;
  end if;
  -- Two labels that arrive together must not ask twice. The counter is what they wait for, as a caller may hold it
  -- already, and whoever holds it must not go on to wait for the predictor.
  perform from hundredfold.counters where predictor_id = p_predictor_id for update;
  insert into hundredfold.retrainings (predictor_id, trigger)
  select p_predictor_id, 'first'
  where not exists (select from hundredfold.predictors where id = p_predictor_id and champion is not null)
    and not exists (
      select from hundredfold.retrainings where predictor_id = p_predictor_id and status <> 'finished');
  return found;
end
$$;

-- Creates a predictor or gives it a new revision; the same definition again changes nothing.
create function hundredfold.apply_definition(p_definition jsonb, p_signature text)
returns table (predictor_id integer, revision integer, created boolean, changed boolean, champion_lost boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  v_old hundredfold.predictors;
  v_id integer;
  v_every integer := p_definition -> 'retraining' ->> 'every';
  v_counts text := p_definition -> 'retraining' ->> 'of';
  v_lost boolean;
begin
  insert into hundredfold.predictors (name, definition, signature)
  values (p_definition ->> 'name', p_definition, p_signature)
  on conflict (name) do nothing
  returning id into v_id;
  if v_id is not null then
    insert into hundredfold.predictor_revisions (predictor_id, revision, definition, signature)
    values (v_id, 1, p_definition, p_signature);
    insert into hundredfold.counters (predictor_id, every, counts) values (v_id, v_every, v_counts);
    return query select v_id, 1, true, true, false;
    return;
  end if;

  select * into v_old from hundredfold.predictors where name = p_definition ->> 'name' for no key update;
  if v_old.definition = p_definition then
    return query select v_old.id, v_old.revision, false, false, false;
    return;
  end if;
  v_lost := v_old.champion is not null and v_old.signature <> p_signature;
  insert into hundredfold.predictor_revisions (predictor_id, revision, definition, signature)
  values (v_old.id, v_old.revision + 1, p_definition, p_signature);
  if v_lost then
    update hundredfold.models set status = 'retired' where predictor_id = v_old.id and status = 'champion';
  end if;
  update hundredfold.predictors set
    revision = v_old.revision + 1, definition = p_definition, signature = p_signature,
    champion = case when v_lost then null else v_old.champion end,
    promoted_at = case when v_lost then null else v_old.promoted_at end,
    change = change + 1, updated_at = now()
  where id = v_old.id;
  update hundredfold.counters set every = v_every, counts = v_counts where predictor_id = v_old.id;
  perform hundredfold.request_counted(v_old.id);
  perform hundredfold.request_first(v_old.id);
  return query select v_old.id, v_old.revision + 1, false, true, v_lost;
end
$$;
