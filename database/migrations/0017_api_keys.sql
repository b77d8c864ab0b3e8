-- API keys. A key is shown once, when it is made; what stays of it is the hash of its secret.
create table hundredfold.api_keys (
  -- In the order of creation, for lists.
  number bigint generated always as identity unique,
  id text collate "C" primary key check (id ~ '^[a-z2-7]{12}$'),
  role text not null check (role in ('predict', 'read', 'admin')),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  note text check (char_length(note) between 1 and 200),
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz
);

-- Begins a change of the keys: one at a time. The number in settings rises with every change, so that of two copies of
-- the keys the later one is known. It is a time in microseconds where that is higher: a database that was restored from a
-- backup goes on with numbers that no copy has yet.
create function hundredfold.begin_key_change() returns void
language sql as $$
  insert into hundredfold.settings (name, value)
  values ('keys_change', ((extract(epoch from clock_timestamp()) * 1000000)::bigint)::text)
  on conflict (name) do update
  set value = greatest(settings.value::bigint + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint)::text
$$;

-- A key as the API shows it.
create function hundredfold.describe_api_key(k hundredfold.api_keys) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', k.id, 'role', k.role, 'note', k.note, 'createdAt', k.created_at, 'revokedAt', k.revoked_at)
$$;

-- Adds a key, and returns it as the API shows it. One that is there already is returned as it is, and null where its id
-- has another secret or role.
create function hundredfold.add_api_key(p_id text, p_role text, p_sha256 text, p_note text) returns jsonb
language plpgsql as $$
declare
  v_key hundredfold.api_keys;
begin
  perform hundredfold.begin_key_change();
  insert into hundredfold.api_keys (id, role, sha256, note) values (p_id, p_role, p_sha256, p_note)
  on conflict (id) do nothing;
  select * into v_key from hundredfold.api_keys where id = p_id and role = p_role and sha256 = p_sha256;
  return case when found then hundredfold.describe_api_key(v_key) end;
end
$$;

-- Revokes a key, and returns it as the API shows it; null where there is none. One that was revoked stays as it is. With
-- p_keep_admin the last admin key in force stays. Errors: UH012 it is that one.
create function hundredfold.revoke_api_key(p_id text, p_keep_admin boolean) returns jsonb
language plpgsql as $$
declare
  v_key hundredfold.api_keys;
begin
  -- First, so that of two admin keys that are revoked at once, each by the other, one stays.
  perform hundredfold.begin_key_change();
  select * into v_key from hundredfold.api_keys where id = p_id;
  if not found then
    return null;
  end if;
  if v_key.revoked_at is null then
    if p_keep_admin and v_key.role = 'admin' and not exists (
      select from hundredfold.api_keys where role = 'admin' and revoked_at is null and id <> p_id)
    then
      raise exception 'the last admin key' using errcode = 'UH012';
    end if;
    update hundredfold.api_keys set revoked_at = clock_timestamp() where id = p_id returning * into v_key;
  end if;
  return hundredfold.describe_api_key(v_key);
end
$$;

-- The keys in force, as they are copied to where requests are checked, and which change they are of. One statement, so
-- that both are of one instant.
create function hundredfold.api_keys_in_force() returns table (change bigint, keys jsonb)
language sql stable as $$
  select coalesce((select s.value::bigint from hundredfold.settings s where s.name = 'keys_change'), 0),
    coalesce(
      jsonb_agg(jsonb_build_object('id', k.id, 'role', k.role, 'sha256', k.sha256) order by k.number), '[]')
  from hundredfold.api_keys k where k.revoked_at is null
$$;
