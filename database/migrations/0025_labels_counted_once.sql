-- The labels of a predictor's examples under its target of now, the most frequent first, with the number of all of them. Which
-- revisions have that target is asked once, in a query of its own: as a mere argument it was asked for every row, which took
-- 11 s of 300,000.
create or replace function hundredfold.label_counts(p_predictor_id integer, p_limit integer)
returns table (label text, examples bigint, labels bigint, total bigint)
language sql stable as $$
  select e.label, count(*), count(*) over (), (sum(count(*)) over ())::bigint
  from hundredfold.examples e
  where e.predictor_id = p_predictor_id and e.label is not null
    and e.revision = any ((
      select hundredfold.revisions_of_target(p.id, p.revision) from hundredfold.predictors p where p.id = p_predictor_id
    )::integer[])
  group by e.label
  order by count(*) desc, e.label
  limit p_limit
$$;
