-- The same rows may come twice in another dress: parted otherwise, packed, as JSON. Their file is another one then, and so is its
-- key; a sum of hashes of its rows is the same, in whatever order they stand.
alter table hundredfold.imports add column content text collate "C";
create index imports_by_content on hundredfold.imports (predictor_id, content) where content is not null;

-- Notes the content of an import. Returns the latest one before it with the same.
create function hundredfold.note_content(p_import bigint, p_content text) returns table (import bigint, file text)
language sql as $$
  with noted as (
    update hundredfold.imports set content = p_content where id = p_import returning id, predictor_id
  )
  select i.id, i.file from noted n join hundredfold.imports i on i.predictor_id = n.predictor_id
  where i.content = p_content and i.id < n.id and i.undone_at is null
  order by i.id desc limit 1
$$;

-- Where a row is gone, the others are not that content any more; and what was hashed of it goes with it.
create function hundredfold.forget_content() returns trigger
language plpgsql as $$
begin
  new.content := null;
  return new;
end
$$;

create trigger forget_content before update of erased on hundredfold.imports
for each row when (new.erased > old.erased) execute function hundredfold.forget_content();
