-- Pruning: which artifacts may go. The registry keeps every model; what goes is its object in the store.
alter table hundredfold.models
  add column retired_at timestamptz,
  add column pruned_at timestamptz;

-- When they retired is not known; from today they are kept as long as any other.
update hundredfold.models set retired_at = now() where status = 'retired';

-- Whatever ends a champion, be it a challenger, a person or another definition.
create function hundredfold.note_retirement() returns trigger
language plpgsql as $$
begin
  new.retired_at := case when new.status = 'champion' then null else clock_timestamp() end;
  return new;
end
$$;
create trigger note_retirement before update of status on hundredfold.models
for each row when ((old.status = 'champion') <> (new.status = 'champion'))
execute function hundredfold.note_retirement();

-- Who will still need a model, under a name of their own, and until when.
create table hundredfold.model_pins (
  predictor_id integer not null,
  version integer not null,
  name text collate "C" not null,
  until timestamptz not null,
  primary key (predictor_id, version, name),
  foreign key (predictor_id, version) references hundredfold.models (predictor_id, version) on delete cascade
);

-- Keeps a model's artifact until then, or longer where it is pinned again under the same name. Errors: UH003 no such
-- model, UH006 its artifact was pruned.
create function hundredfold.pin_model(p_predictor_id integer, p_version integer, p_name text, p_until timestamptz)
returns void
language plpgsql as $$
declare
  v_model hundredfold.models;
begin
  -- Shuts out a pruning.
  perform from hundredfold.predictors where id = p_predictor_id for no key update;
  select * into v_model from hundredfold.models where predictor_id = p_predictor_id and version = p_version;
  if not found then
    raise exception 'no model %', p_version using errcode = 'UH003';
  end if;
  if v_model.pruned_at is not null then
    raise exception 'the artifact of model % was pruned', p_version using errcode = 'UH006';
  end if;
  insert into hundredfold.model_pins (predictor_id, version, name, until)
  values (p_predictor_id, p_version, p_name, p_until)
  on conflict (predictor_id, version, name) do update set until = greatest(model_pins.until, excluded.until);
end
$$;

-- A person promotes or rolls back. Errors: UH003 no such model, UH002 it was made for other inputs or another target,
-- UH006 its artifact was pruned.
create or replace function hundredfold.promote_model(p_predictor_id integer, p_version integer) returns void
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
  if v_model.pruned_at is not null then
    raise exception 'the artifact of model % was pruned', p_version using errcode = 'UH006';
  end if;
  if v_model.signature <> v_signature then
    raise exception 'model % was made for other inputs or another target', p_version using errcode = 'UH002';
  end if;
  if v_model.status <> 'champion' then
    perform hundredfold.set_champion(p_predictor_id, p_version);
  end if;
end
$$;

-- Marks the models of a predictor whose artifacts may go, and returns their versions. Kept are the p_keep newest that
-- have one and all that are younger than p_younger; and, however old,
--   the champion, and what a pointer in the store still names (p_named);
--   what served within p_rollback;
--   what waits for an approval that it could still get;
--   what is pinned;
--   what a running training judges against: the champion, or whichever was it when that training began;
--   what an unfinished reproduction needs: the champion that its model was judged against.
-- The objects are removed after this has committed; whoever promotes waits for it, and is told.
create function hundredfold.prune_models(
  p_predictor_id integer, p_named integer[], p_keep integer, p_younger interval, p_rollback interval)
returns table (version integer)
language plpgsql as $$
#variable_conflict use_column
declare
  v_predictor hundredfold.predictors;
begin
  select * into v_predictor from hundredfold.predictors where id = p_predictor_id for no key update;
  return query
  update hundredfold.models m set pruned_at = clock_timestamp()
  where m.predictor_id = p_predictor_id and m.pruned_at is null
    and m.trained_at <= clock_timestamp() - p_younger
    and m.version <> all (p_named)
    and m.version not in (
      select n.version from hundredfold.models n
      where n.predictor_id = p_predictor_id and n.pruned_at is null
      order by n.version desc limit p_keep)
    and m.status <> 'champion'
    and not (m.status = 'awaiting-approval' and m.signature = v_predictor.signature)
    and (m.promoted_at is null or m.retired_at <= clock_timestamp() - p_rollback)
    and not exists (
      select from hundredfold.model_pins i
      where i.predictor_id = m.predictor_id and i.version = m.version and i.until > clock_timestamp())
    and not exists (
      select from hundredfold.retrainings r
      where r.predictor_id = m.predictor_id and r.status = 'running' and m.retired_at >= r.started_at)
    and not exists (
      select from hundredfold.reproductions r
      join hundredfold.models made on made.predictor_id = r.predictor_id and made.version = r.model
      join hundredfold.retrainings judged on judged.id = made.retraining_id
      where r.predictor_id = m.predictor_id and r.status <> 'finished' and judged.champion = m.version)
  returning m.version;
end
$$;

-- Which of these objects of a predictor may be removed: those of pruned models, and those that no model has, stored by
-- a trainer that died before it registered its model. While a training runs, such an object may be its own; once none
-- does, no version that was given out before can still be registered. A version that this database never gave out is
-- of another life of it, before it was restored from a backup: not ours to remove.
create function hundredfold.removable_artifacts(p_predictor_id integer, p_keys text[]) returns table (key text)
language sql stable as $$
  select k.key
  from hundredfold.predictors p
  cross join unnest(p_keys) as k (key)
  left join hundredfold.models m on m.predictor_id = p.id and m.key = k.key
  where p.id = p_predictor_id
    and (m.pruned_at is not null
      or (m.version is null
        and substring(k.key from '^models/[^/]+/([0-9]{1,9})/')::integer <= p.last_version
        and not exists (
          select from hundredfold.retrainings r where r.predictor_id = p.id and r.status = 'running')))
$$;
