-- One retraining as the API shows it.
create function hundredfold.describe_retraining(r hundredfold.retrainings) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', r.id, 'trigger', r.trigger, 'status', r.status, 'verdict', r.verdict, 'reason', r.reason, 'model', r.model,
    'requestedAt', r.requested_at, 'startedAt', r.started_at, 'finishedAt', r.finished_at,
    'progress', case when r.status = 'running' then r.progress end,
    'lastError', r.last_error, 'judgement', r.judgement)
$$;

-- A predictor as the API shows it. One statement, so that rows, counter and last retraining are of one instant.
create function hundredfold.describe_predictor(p_id integer) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'name', p.name, 'revision', p.revision, 'definition', p.definition,
    'counter', jsonb_build_object('newRows', c.new_rows, 'every', c.every, 'of', c.counts, 'counted', c.counted),
    'examples', (
      select jsonb_build_object(
        'imported', count(*) filter (where e.source = 'imported'),
        'accepted', count(*) filter (where e.source = 'accepted'),
        'corrected', count(*) filter (where e.source = 'corrected'))
      from hundredfold.examples e where e.predictor_id = p.id),
    'predictions', c.predictions,
    'champion', case when p.champion is not null
      then jsonb_build_object('model', p.champion, 'promotedAt', p.promoted_at) end,
    'missing', case when p.champion is null then hundredfold.missing_for_training(p.id) else '{}' end,
    'retrainings', (
      select jsonb_build_object('counted', count(*) filter (where r.trigger = 'count'),
        'unfinished', count(*) filter (where r.status <> 'finished'))
      from hundredfold.retrainings r where r.predictor_id = p.id),
    'lastRetraining', (
      select hundredfold.describe_retraining(r) from hundredfold.retrainings r
      where r.predictor_id = p.id order by r.id desc limit 1))
  from hundredfold.predictors p join hundredfold.counters c on c.predictor_id = p.id
  where p.id = p_id
$$;

-- A prediction as the API shows it, with the target known for it now. Nothing when there is none.
create function hundredfold.describe_prediction(p_id uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
      'id', p.id, 'predictor', r.name, 'model', p.model, 'inputs', p.inputs,
      'label', case when e.label is not null then to_jsonb(e.label) else to_jsonb(e.value) end,
      'source', e.source,
      'rank', (select l.rank from hundredfold.labels l where l.prediction_id = p.id order by l.id desc limit 1),
      'createdAt', p.created_at) || p.answer
  from hundredfold.predictions p
  join hundredfold.predictors r on r.id = p.predictor_id
  left join hundredfold.examples e on e.row_id = p.row_id
  where p.id = p_id
$$;

-- A page of the rows to learn from, by row id. Guesses of the model's own come along only where the definition names
-- the source 'predicted'; everything is filtered by the target of the definition in force.
create function hundredfold.learnable_rows(p_predictor_id integer, p_champion integer, p_after bigint, p_limit integer)
returns table (row_id bigint, inputs jsonb, label text, value double precision, guessed boolean, seen boolean)
language sql stable as $$
  with sources as (
    select array(select jsonb_array_elements_text(p.definition -> 'learnFrom')) as names,
      array(select made.revision from hundredfold.predictor_revisions made
            join hundredfold.predictor_revisions now on now.predictor_id = p.id and now.revision = p.revision
            where made.predictor_id = p.id and made.target = now.target) as revisions,
      coalesce((select m.learned from hundredfold.models m
                where m.predictor_id = p.id and m.version = p_champion), '{}') as learned
    from hundredfold.predictors p where p.id = p_predictor_id
  ), known as (
    select e.row_id, coalesce(e.inputs, p.inputs) as inputs, e.label, e.value, false as guessed
    from hundredfold.examples e
    left join hundredfold.predictions p on p.id = e.prediction_id, sources s
    where e.predictor_id = p_predictor_id and e.row_id > p_after
      and e.source = any (s.names) and e.revision = any (s.revisions)
    order by e.row_id limit p_limit
  ), guesses as (
    select p.row_id, p.inputs, p.answer -> 'suggestions' -> 0 ->> 'label' as label,
      (p.answer ->> 'value')::double precision as value, true as guessed
    from hundredfold.predictions p, sources s
    where p.predictor_id = p_predictor_id and p.row_id > p_after
      and 'predicted' = any (s.names) and p.revision = any (s.revisions)
      and not exists (select from hundredfold.examples e where e.row_id = p.row_id)
    order by p.row_id limit p_limit
  )
  select r.*, s.learned @> r.row_id
  from (select * from known union all select * from guesses) r, sources s
  order by r.row_id limit p_limit
$$;
