-- Rows stay as they were recorded. They are read by the names of another revision, as "was" in the definitions between says.

-- Under which names rows of the revisions before p_revision hold its inputs: {"3": {"subject": "t"}} says that rows of revision 3
-- have under "t" what is "subject" now. Inputs of the same name are not told of. An input of another meaning that had the name
-- before is told of as null: rows of then do not have it. {} where no name ever changed.
create function hundredfold.renames(p_predictor_id integer, p_revision integer) returns jsonb
language plpgsql stable as $$
declare
  v_made record;
  v_inputs jsonb;
  v_input text;
  v_name text;
  v_was text;
  -- What each input was called in the revision looked at, and old names that are still to be met.
  v_names jsonb;
  v_spare jsonb := '{}';
  v_aliases jsonb := '{}';
  v_renames jsonb := '{}';
begin
  if not exists (
    select from hundredfold.predictor_revisions
    where predictor_id = p_predictor_id and revision <= p_revision and definition @? '$.inputs.*.was')
  then
    return '{}';
  end if;
  for v_made in
    select revision, definition -> 'inputs' as inputs from hundredfold.predictor_revisions
    where predictor_id = p_predictor_id and revision <= p_revision order by revision desc
  loop
    if v_names is null then
      select jsonb_object_agg(k, k) into v_names from jsonb_object_keys(v_made.inputs) k;
    elsif v_made.inputs <> v_inputs then
      for v_input, v_name in select key, value from jsonb_each_text(v_names) loop
        v_was := v_inputs -> v_name ->> 'was';
        if not v_made.inputs ? v_name then
          select n into v_name
          from jsonb_array_elements_text(
            case when v_was is null then '[]' else jsonb_build_array(v_was) end || coalesce(v_spare -> v_input, '[]'))
            with ordinality as spare (n, place)
          where v_made.inputs ? n order by place limit 1;
        end if;
        if v_name is not null then
          v_names := v_names || jsonb_build_object(v_input, v_name);
        end if;
        if v_was is not null and v_was is distinct from v_name then
          v_spare := v_spare || jsonb_build_object(v_input, jsonb_build_array(v_was) || coalesce(v_spare -> v_input, '[]'));
        end if;
      end loop;
      select coalesce(jsonb_object_agg(n.key, n.value) filter (where n.value <> n.key), '{}') into v_aliases
      from jsonb_each_text(v_names) n;
      select v_aliases || coalesce(jsonb_object_agg(n.key, null), '{}') into v_aliases
      from jsonb_each_text(v_names) n
      where n.key = n.value and exists (select from jsonb_each_text(v_aliases) a where a.value = n.key);
    end if;
    if v_aliases <> '{}' then
      v_renames := v_renames || jsonb_build_object(v_made.revision, v_aliases);
    end if;
    v_inputs := v_made.inputs;
  end loop;
  return v_renames;
end
$$;

-- A row's inputs by the names that p_names, of its revision, gives them; as they are where it gives none.
create function hundredfold.renamed(p_inputs jsonb, p_names jsonb) returns jsonb
language sql immutable as $$
  select case when p_names is null then p_inputs else (
    select p_inputs - array(select jsonb_object_keys(p_names)) - array(select value from jsonb_each_text(p_names) where value is not null)
      || coalesce(jsonb_object_agg(n.key, p_inputs -> n.value) filter (where p_inputs ? n.value), '{}')
    from jsonb_each_text(p_names) n) end
$$;

-- The revisions whose rows answer the question of revision p_revision: the target's type and name are its own, or the name is
-- one that it was.
create function hundredfold.revisions_of_target(p_predictor_id integer, p_revision integer) returns integer[]
language plpgsql stable as $$
declare
  v_targets text[] := array(
    select target from hundredfold.predictor_revisions where predictor_id = p_predictor_id and revision = p_revision);
  v_made record;
begin
  if exists (
    select from hundredfold.predictor_revisions
    where predictor_id = p_predictor_id and revision <= p_revision and definition -> 'target' ? 'was')
  then
    for v_made in
      select target, definition -> 'target' ->> 'type' || ' ' || (definition -> 'target' ->> 'was') as was
      from hundredfold.predictor_revisions
      where predictor_id = p_predictor_id and revision <= p_revision order by revision desc
    loop
      if v_made.target = any (v_targets) and v_made.was is not null then
        v_targets := v_targets || v_made.was;
      end if;
    end loop;
  end if;
  return array(
    select revision from hundredfold.predictor_revisions
    where predictor_id = p_predictor_id and target = any (v_targets) order by revision);
end
$$;

-- Every name that an input or the target of a predictor ever had.
create function hundredfold.column_names(p_predictor_id integer) returns table (kind text, name text)
language sql stable as $$
  select distinct 'input', k.name
  from hundredfold.predictor_revisions r, jsonb_object_keys(r.definition -> 'inputs') as k (name)
  where r.predictor_id = p_predictor_id
  union
  select distinct 'target', r.definition -> 'target' ->> 'name'
  from hundredfold.predictor_revisions r where r.predictor_id = p_predictor_id
  order by 1, 2
$$;

-- What is wrong with a stored value, in words that follow the input's name; null where it fits as far as that is
-- known before it is read: whether a text is a date of a declared form, it is then.
create function hundredfold.value_fault(p_value jsonb, p_input jsonb) returns text
language sql immutable as $$
  select case
    when coalesce(jsonb_typeof(p_value), 'null') = 'null' or p_input -> 'missing' @> p_value
      then case when (p_input ->> 'optional')::boolean then null else 'is missing' end
    when p_input ->> 'type' in ('text', 'category') then case
      when jsonb_typeof(p_value) <> 'string' then 'is not text'
      when char_length(p_value #>> '{}') > (p_input ->> 'maxLength')::integer then 'is too long' end
    when p_input ->> 'type' = 'date' then case
      when jsonb_typeof(p_value) <> 'string' or not (p_input ? 'format' or p_value #>> '{}' ~ '^\s*\d{4}-\d\d-\d\d') then 'is not a date' end
    when p_input ->> 'type' = 'number' then case when jsonb_typeof(p_value) <> 'number' then 'is not a number' end
    when jsonb_typeof(p_value) <> p_input ->> 'type' then 'is neither true nor false'
  end
$$;

-- The examples that the definition in force may learn from, by its target and the sources that it names: how many there are,
-- how many of them fit it, with how many labels, and what is wrong with the others: [{"input", "reason", "examples"}, …]. Rows
-- are looked into only where their revision describes an input otherwise, and of those that are the newest 200,000: a second for
-- whoever waits for the answer. p_changed: of those revisions alone.
create function hundredfold.fitting_examples(
  p_predictor_id integer, p_changed boolean, out examples bigint, out fitting bigint, out labels bigint, out reasons jsonb)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_now hundredfold.predictors;
  v_revisions integer[];
  v_renames jsonb;
  v_missing jsonb;
  v_kind record;
  v_found record;
  v_labels text[] := '{}';
  v_told jsonb := '[]';
begin
  select * into v_now from hundredfold.predictors where id = p_predictor_id;
  v_revisions := hundredfold.revisions_of_target(p_predictor_id, v_now.revision);
  v_renames := hundredfold.renames(p_predictor_id, v_now.revision);
  v_missing := v_now.definition -> 'target' -> 'missing';
  examples := 0;
  fitting := 0;

  -- Revisions whose rows are looked at alike: what they all lack, else an array with the fault of each input that they may not
  -- fit, or nothing.
  for v_kind in
    with compared as (
      select made.revision, i.key as input, i.value as definition, n.key, made.definition -> 'inputs' -> n.key as old
      from hundredfold.predictor_revisions made,
        jsonb_each(v_now.definition -> 'inputs') i,
        lateral (
          select case when v_renames -> made.revision::text ? i.key
                      then v_renames -> made.revision::text ->> i.key else i.key end
        ) as n (key)
      where made.predictor_id = p_predictor_id and made.revision = any (v_revisions)
        and made.definition -> 'inputs' <> v_now.definition -> 'inputs'
    ), differing as (
      select c.revision, c.input,
        case when c.old is not null then
          format('hundredfold.value_fault(coalesce(e.inputs, p.inputs) -> %L, %L::jsonb)', c.key, c.definition) end as fault
      from compared c
      where case
        when c.old is null then not (c.definition ->> 'optional')::boolean
        when c.old ->> 'type' <> c.definition ->> 'type' then true
        when (c.old ->> 'maxLength')::integer > (c.definition ->> 'maxLength')::integer then true
        else not (c.definition ->> 'optional')::boolean
          and ((c.old ->> 'optional')::boolean or c.old -> 'missing' is distinct from c.definition -> 'missing') end
      union all
      select made.revision, v_now.definition -> 'target' ->> 'name',
        format('case when %L::jsonb @> coalesce(to_jsonb(e.label), to_jsonb(e.value)) then ''is missing'' end', v_missing)
      from hundredfold.predictor_revisions made
      where made.predictor_id = p_predictor_id and made.revision = any (v_revisions)
        and v_missing <> coalesce(made.definition -> 'target' -> 'missing', '[]')
    ), told as (
      select r.revision,
        array_agg(d.input order by d.input) filter (where d.input is not null and d.fault is null) as lacking,
        array_agg(d.input order by d.input) filter (where d.fault is not null) as inputs,
        string_agg(d.fault, ', ' order by d.input) as faults
      from unnest(v_revisions) as r (revision) left join differing d on d.revision = r.revision
      group by r.revision
    )
    select array_agg(t.revision) as revisions, t.lacking,
      case when t.lacking is null then t.inputs end as inputs, case when t.lacking is null then t.faults end as faults
    from told t group by 2, 3, 4
  loop
    continue when p_changed and v_kind.lacking is null and v_kind.faults is null;
    for v_found in execute format(
      'select g.faults, sum(g.rows)::bigint as rows, array_agg(g.label) filter (where g.label is not null) as labels
       from (
         select %s as faults, e.label, count(*) as rows
         from (
           select x.inputs, x.prediction_id, x.label, x.value from hundredfold.examples x
           where x.predictor_id = $1 and x.revision = any ($2)
             and x.source in (select jsonb_array_elements_text($3))
           %s
         ) e %s
         group by 1, 2
       ) g group by 1',
      case when v_kind.faults is null then 'null::text[]' else format('array[%s]', v_kind.faults) end,
      case when v_kind.faults is null then '' else 'order by x.row_id desc limit 200000' end,
      -- The inputs of a row that was answered stand with its prediction.
      case when v_kind.faults like '%p.inputs%' then 'left join hundredfold.predictions p on p.id = e.prediction_id' else '' end)
      using p_predictor_id, v_kind.revisions, v_now.definition -> 'learnFrom'
    loop
      examples := examples + v_found.rows;
      if v_kind.lacking is not null then
        v_told := v_told || (
          select jsonb_agg(jsonb_build_object('input', l.input, 'reason', 'is missing', 'rows', v_found.rows))
          from unnest(v_kind.lacking) as l (input));
      elsif num_nonnulls(variadic v_found.faults) > 0 then
        v_told := v_told || (
          select jsonb_agg(jsonb_build_object('input', f.input, 'reason', f.fault, 'rows', v_found.rows))
          from unnest(v_kind.inputs, v_found.faults) as f (input, fault) where f.fault is not null);
      else
        fitting := fitting + v_found.rows;
        v_labels := v_labels || v_found.labels;
      end if;
    end loop;
  end loop;
  select count(distinct l) into labels from unnest(v_labels) l;
  select coalesce(jsonb_agg(jsonb_build_object('input', t.input, 'reason', t.reason, 'examples', t.rows)
      order by t.rows desc, t.input, t.reason), '[]')
  into reasons
  from (
    select t.input, t.reason, sum(t.rows) as rows
    from jsonb_to_recordset(v_told) as t (input text, reason text, rows bigint) group by t.input, t.reason) t;
end
$$;

-- What is still missing before a first training of so many examples with so many labels: {} when nothing is.
create function hundredfold.missing_of(p_definition jsonb, p_examples bigint, p_labels bigint) returns jsonb
language sql immutable as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'examples', case when p_examples < 10 then jsonb_build_object('needed', 10, 'present', p_examples) end,
    'labels', case when p_definition -> 'target' ->> 'type' = 'label' and p_labels < 2
                   then jsonb_build_object('needed', 2, 'present', p_labels) end))
$$;

-- The same of the examples that there are.
create or replace function hundredfold.missing_for_training(p_predictor_id integer) returns jsonb
language sql stable as $$
  select hundredfold.missing_of(p.definition, f.fitting, f.labels)
  from hundredfold.predictors p, hundredfold.fitting_examples(p_predictor_id, false) f
  where p.id = p_predictor_id
$$;
drop function hundredfold.learnable(integer);

-- A label in its clean spelling, as the services write labels since they clean them: models made before may say others.
create function hundredfold.clean_label(p_label text) returns text
language sql immutable as $$
  select regexp_replace(
    normalize(
      regexp_replace(
        regexp_replace(p_label, '[\u200B\u2060\uFEFF]', '', 'g'),
        '[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]', ' ', 'g'),
      NFC),
    '^[ \t\n\v\f\r\u2028\u2029]+|[ \t\n\v\f\r\u2028\u2029]+$', '', 'g')
$$;

-- The predictor as the API shows it: rows, counter and last retraining of one instant; `unfit` are stored examples that the
-- definition in force does not take.
create or replace function hundredfold.describe_predictor(p_id integer) returns jsonb
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
    'missing', case when p.champion is null then hundredfold.missing_of(p.definition, f.fitting, f.labels) else '{}' end,
    'unfit', jsonb_build_object('examples', f.examples - f.fitting, 'reasons', f.reasons),
    'retrainings', (
      select jsonb_build_object('counted', count(*) filter (where r.trigger = 'count'),
        'unfinished', count(*) filter (where r.status <> 'finished'))
      from hundredfold.retrainings r where r.predictor_id = p.id),
    'lastRetraining', (
      select hundredfold.describe_retraining(r) from hundredfold.retrainings r
      where r.predictor_id = p.id order by r.id desc limit 1))
  from hundredfold.predictors p
  join hundredfold.counters c on c.predictor_id = p.id
  cross join lateral hundredfold.fitting_examples(p.id, p.champion is not null) f
  where p.id = p_id
$$;

-- A page of the rows to learn from, by row id: p_limit of them at most, and as many as p_bytes hold, but one at least.
-- Which sources count, and which rows were recorded for the same target, is what revision p_revision of the definition
-- says. Guesses of the model's own come along only where it names the source 'predicted'; rows of an import that is being
-- undone never do. `seen`: model p_champion learned from the row. Inputs have the names of revision p_revision.
create or replace function hundredfold.learnable_rows(
  p_predictor_id integer, p_revision integer, p_champion integer, p_after bigint, p_limit integer, p_bytes integer)
returns table (row_id bigint, label_id bigint, inputs jsonb, label text, value double precision, guessed boolean,
  seen boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_names text[];
  v_revisions integer[];
  -- Added to nothing it is no longer a pointer to where it is stored, to be followed again for every row.
  v_seen int8multirange := coalesce((
    select m.learned + '{}'::int8multirange from hundredfold.models m
    where m.predictor_id = p_predictor_id and m.version = p_champion), '{}');
  v_undone timestamptz[] := hundredfold.undone_instants(p_predictor_id);
  v_renames jsonb := hundredfold.renames(p_predictor_id, p_revision);
  v_made integer;
  v_left bigint := p_bytes;
  v_first boolean := true;
begin
  select array(select jsonb_array_elements_text(r.definition -> 'learnFrom')),
    hundredfold.revisions_of_target(p_predictor_id, p_revision)
  into v_names, v_revisions
  from hundredfold.predictor_revisions r
  where r.predictor_id = p_predictor_id and r.revision = p_revision;

  for row_id, label_id, inputs, label, value, guessed, seen, v_made in
    select r.row_id, r.label_id, r.inputs, r.label, r.value, r.guessed, v_seen @> r.row_id, r.revision
    from (
      (select e.row_id, e.label_id, coalesce(e.inputs, p.inputs) as inputs, e.label, e.value, false as guessed,
         e.revision
       from hundredfold.examples e
       left join hundredfold.predictions p on p.id = e.prediction_id
       where e.predictor_id = p_predictor_id and e.row_id > p_after
         and e.source = any (v_names) and e.revision = any (v_revisions)
         and not (e.source = 'imported' and e.created_at = any (v_undone))
       order by e.row_id limit p_limit)
      union all
      (select p.row_id, null, p.inputs, p.answer -> 'suggestions' -> 0 ->> 'label',
         (p.answer ->> 'value')::double precision, true, p.revision
       from hundredfold.predictions p
       where p.predictor_id = p_predictor_id and p.row_id > p_after
         and 'predicted' = any (v_names) and p.revision = any (v_revisions)
         and not exists (select from hundredfold.examples e where e.row_id = p.row_id)
       order by p.row_id limit p_limit)
    ) r
    order by r.row_id limit p_limit
  loop
    if v_renames <> '{}' then
      inputs := hundredfold.renamed(inputs, v_renames -> v_made::text);
    end if;
    v_left := v_left - hundredfold.page_share(inputs, label);
    exit when v_left < 0 and not v_first;
    v_first := false;
    return next;
  end loop;
end
$$;

-- A page of a predictor's examples, newest first, those below p_before (null: from the newest): p_limit of them at most,
-- and as many as p_bytes hold, but one at least. Where these are given: of one import alone (p_import), of one label or
-- value (p_label, p_value), whose inputs hold a text (p_text, in any case). `more`: there may be some beyond this
-- one. For a text so many rows are looked at, at most, as p_looks says; where that is the end of it, a last row without
-- inputs says how far it came. Inputs have the names of the definition in force.
create or replace function hundredfold.stored_examples(
  p_predictor_id integer, p_before bigint, p_limit integer, p_bytes integer, p_import bigint default null,
  p_label text default null, p_value double precision default null, p_text text default null,
  p_looks integer default 20000)
returns table (row_id bigint, prediction_id uuid, inputs jsonb, label text, value double precision, source text,
  created_at timestamptz, more boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_import hundredfold.imports;
  v_oldest bigint := (select min(row_id) from hundredfold.examples where predictor_id = p_predictor_id);
  v_renames jsonb := hundredfold.renames(p_predictor_id, (select revision from hundredfold.predictors where id = p_predictor_id));
  v_made integer;
  v_left bigint := p_bytes;
  v_found integer := 0;
  v_looks integer := 0;
begin
  select * into v_import from hundredfold.imports where id = p_import and predictor_id = p_predictor_id;
  for row_id, prediction_id, inputs, label, value, source, created_at, more, v_made in
    select e.row_id, e.prediction_id, coalesce(e.inputs, p.inputs), e.label, e.value, e.source, e.created_at,
      greatest(v_oldest, v_import.first_row) < e.row_id, e.revision
    from hundredfold.examples e
    left join hundredfold.predictions p on p.id = e.prediction_id
    where e.predictor_id = p_predictor_id and e.row_id < coalesce(p_before, 9223372036854775807)
      and (p_import is null or (
        e.row_id between v_import.first_row and v_import.last_row
        and e.source = 'imported' and e.created_at = v_import.at))
      and ((p_label is null and p_value is null) or e.label = p_label or e.value = p_value)
    order by e.row_id desc limit case when p_text is null then p_limit else p_looks end
  loop
    if v_renames <> '{}' then
      inputs := hundredfold.renamed(inputs, v_renames -> v_made::text);
    end if;
    v_looks := v_looks + 1;
    if p_text is null or strpos(lower(inputs::text), lower(p_text)) > 0 then
      v_left := v_left - hundredfold.page_share(inputs, label);
      exit when v_left < 0 and v_found > 0;
      v_found := v_found + 1;
      return next;
      exit when v_found = p_limit;
    elsif v_looks = p_looks then
      inputs := null;
      return next;
    end if;
  end loop;
end
$$;

-- A page of the rows that a model learned from, newest first, those below p_before (null: from the newest), each with
-- the label that it was learned under; p_limit of them at most, and as many as p_bytes hold, but one at least. A row
-- that was erased since has nothing but its id. `source` is 'predicted' for a guess, and null, like the target, for a
-- labelled row of a model trained before labels were kept with it. `seen`: model p_champion learned from the row too.
-- `more`: there are rows beyond this one.
create or replace function hundredfold.learned_rows(
  p_predictor_id integer, p_model integer, p_champion integer, p_before bigint, p_limit integer, p_bytes integer)
returns table (row_id bigint, prediction_id uuid, inputs jsonb, label text, value double precision, source text,
  seen boolean, erased boolean, more boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_learned int8multirange;
  v_labels int8multirange;
  v_seen int8multirange := coalesce((
    select m.learned + '{}'::int8multirange from hundredfold.models m
    where m.predictor_id = p_predictor_id and m.version = p_champion), '{}');
  v_renames jsonb := hundredfold.renames(p_predictor_id, (
    select m.revision from hundredfold.models m where m.predictor_id = p_predictor_id and m.version = p_model));
  v_made integer;
  v_left bigint := p_bytes;
  v_first boolean := true;
begin
  select m.learned + '{}'::int8multirange, m.learned_labels + '{}'::int8multirange into v_learned, v_labels
  from hundredfold.models m where m.predictor_id = p_predictor_id and m.version = p_model;

  for row_id, prediction_id, inputs, label, value, source, seen, erased, more, v_made in
    with ranges as (
      select lower(r) as low, least(upper(r), p_before) as high
      from unnest(v_learned) r where lower(r) < coalesce(p_before, upper(r))
    ), counted as (
      select low, high, sum(high - low) over (order by low desc) - (high - low) as newer from ranges
    ), ids as (
      select g.row_id
      from counted, generate_series(greatest(low, high - p_limit), high - 1) as g (row_id)
      where newer < p_limit
      order by g.row_id desc limit p_limit
    )
    select i.row_id, p.id, coalesce(e.inputs, p.inputs),
      case when e.found then e.label when l.found then l.label when v_labels is null then null
           else p.answer -> 'suggestions' -> 0 ->> 'label' end,
      case when e.found then e.value when l.found then l.value when v_labels is null then null
           else (p.answer ->> 'value')::double precision end,
      case when e.found then 'imported' when l.found then l.source when p.id is null or v_labels is null then null
           else 'predicted' end,
      v_seen @> i.row_id, e.found is null and p.id is null, lower(v_learned) < i.row_id,
      coalesce(e.revision, p.revision)
    from ids i
    -- Laterals with a limit: some lookups, whatever the planner thinks of how many rows there are.
    left join lateral (
      select x.inputs, x.label, x.value, x.revision, true as found from hundredfold.examples x
      where x.row_id = i.row_id and x.predictor_id = p_predictor_id and x.prediction_id is null limit 1) e on true
    left join lateral (
      select x.id, x.inputs, x.answer, x.revision from hundredfold.predictions x
      where x.predictor_id = p_predictor_id and x.row_id = i.row_id limit 1) p on true
    left join lateral (
      select x.label, x.value, x.source, true as found from hundredfold.labels x
      where x.prediction_id = p.id and v_labels @> x.id limit 1) l on true
    order by i.row_id desc
  loop
    if v_renames <> '{}' then
      inputs := hundredfold.renamed(inputs, v_renames -> v_made::text);
    end if;
    v_left := v_left - hundredfold.page_share(inputs, label);
    exit when v_left < 0 and not v_first;
    v_first := false;
    return next;
  end loop;
end
$$;

-- A prediction as the API shows it, with the target known for it now. Nothing when there is none.
-- Its inputs have the names of the definition in force.
create or replace function hundredfold.describe_prediction(p_id uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
      'id', p.id, 'predictor', r.name, 'model', p.model, 
      'inputs', hundredfold.renamed(p.inputs, hundredfold.renames(p.predictor_id, r.revision) -> p.revision::text),
      'label', case when e.label is not null then to_jsonb(e.label) else to_jsonb(e.value) end,
      'source', e.source,
      'rank', (select l.rank from hundredfold.labels l where l.prediction_id = p.id order by l.id desc limit 1),
      'createdAt', p.created_at) || p.answer
  from hundredfold.predictions p
  join hundredfold.predictors r on r.id = p.predictor_id
  left join hundredfold.examples e on e.row_id = p.row_id
  where p.id = p_id and r.name is not null
$$;

-- Gives a prediction its label (or value), or changes it, and makes it an example. Returns nothing when there is no
-- such prediction. Errors: UH011 when the target is of the other kind, UH010 when there are too many labels,
-- UH015 when the definition declares it as missing.
create or replace function hundredfold.label_prediction(p_id uuid, p_label text, p_value double precision)
returns table (predictor_id integer, source text, rank integer)
language plpgsql as $$
#variable_conflict use_column
declare
  v_prediction hundredfold.predictions;
  v_target jsonb;
  v_rank integer;
  v_source text;
  v_label_id bigint;
begin
  select * into v_prediction from hundredfold.predictions where id = p_id for no key update;
  if not found
    or exists (select from hundredfold.deleted_predictors d where d.id = v_prediction.predictor_id)
  then
    return;
  end if;
  select definition -> 'target' into v_target from hundredfold.predictor_revisions r
  where r.predictor_id = v_prediction.predictor_id and r.revision = v_prediction.revision;
  if (v_target ->> 'type' = 'label') <> (p_label is not null) then
    raise exception 'the target of this prediction is a %', v_target ->> 'type' using errcode = 'UH011';
  end if;
  if v_target -> 'missing' @> coalesce(to_jsonb(p_label), to_jsonb(p_value)) then
    raise exception 'this label stands for missing' using errcode = 'UH015';
  end if;

  if p_label is not null then
    perform hundredfold.know_label(v_prediction.predictor_id, p_label);
    select s.place into v_rank
    from jsonb_array_elements(v_prediction.answer -> 'suggestions') with ordinality as s (suggestion, place)
    where p_label in (s.suggestion ->> 'label', hundredfold.clean_label(s.suggestion ->> 'label'))
    order by s.place limit 1;
  elsif (v_prediction.answer ->> 'value')::double precision = p_value then
    v_rank := 1;
  end if;
  v_source := case when v_rank is null then 'corrected' else 'accepted' end;

  insert into hundredfold.labels (prediction_id, label, value, source, rank)
  values (p_id, p_label, p_value, v_source, v_rank)
  returning id into v_label_id;
  insert into hundredfold.examples (row_id, predictor_id, revision, prediction_id, label_id, label, value, source)
  values (v_prediction.row_id, v_prediction.predictor_id, v_prediction.revision, p_id, v_label_id, p_label, p_value,
    v_source)
  on conflict (row_id) do update
    set label_id = excluded.label_id, label = excluded.label, value = excluded.value, source = excluded.source,
      changed_at = clock_timestamp();
  perform hundredfold.request_first(v_prediction.predictor_id);
  return query select v_prediction.predictor_id, v_source, v_rank;
end
$$;

-- The labels of a predictor's examples under its target of now, whatever that was called, the most frequent first, with the
-- number of all of them.
create or replace function hundredfold.label_counts(p_predictor_id integer, p_limit integer)
returns table (label text, examples bigint, labels bigint, total bigint)
language sql stable as $$
  select e.label, count(*), count(*) over (), (sum(count(*)) over ())::bigint
  from hundredfold.examples e
  where e.predictor_id = p_predictor_id and e.label is not null
    and e.revision = any (hundredfold.revisions_of_target(
      p_predictor_id, (select revision from hundredfold.predictors where id = p_predictor_id)))
  group by e.label
  order by count(*) desc, e.label
  limit p_limit
$$;
