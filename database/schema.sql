-- The schema after every migration, for reading. Made by `npm run schema`; never applied.

create table hundredfold.api_keys (
  number bigint not null generated always as identity,
  id text collate "C" not null,
  role text not null,
  sha256 text not null,
  note text,
  created_at timestamp with time zone not null default clock_timestamp(),
  revoked_at timestamp with time zone,
  constraint api_keys_number_key UNIQUE (number),
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_id_check CHECK ((id ~ '^[a-z2-7]{12}$'::text)),
  constraint api_keys_note_check CHECK (((char_length(note) >= 1) AND (char_length(note) <= 200))),
  constraint api_keys_role_check CHECK ((role = ANY (ARRAY['predict'::text, 'read'::text, 'admin'::text]))),
  constraint api_keys_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

create table hundredfold.counters (
  predictor_id integer not null,
  every integer not null,
  counts text not null,
  new_rows bigint not null default 0,
  counted bigint not null default 0,
  predictions bigint not null default 0,
  constraint counters_pkey PRIMARY KEY (predictor_id),
  constraint counters_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE,
  constraint counters_counts_check CHECK ((counts = ANY (ARRAY['predictions'::text, 'labels'::text]))),
  constraint counters_every_check CHECK ((every >= 1))
);

create table hundredfold.deleted_predictors (
  id integer not null,
  name text collate "C" not null,
  revision integer not null,
  last_version integer not null,
  change bigint not null,
  predictions bigint not null default 0,
  examples bigint not null default 0,
  imports bigint not null default 0,
  models bigint not null default 0,
  retrainings bigint not null default 0,
  spooled bigint not null default 0,
  predictions_reached bigint not null default 0,
  examples_reached bigint not null default 0,
  deleted_at timestamp with time zone not null default clock_timestamp(),
  told_at timestamp with time zone,
  purged_at timestamp with time zone,
  pruned_at timestamp with time zone,
  constraint deleted_predictors_pkey PRIMARY KEY (id)
);

create view hundredfold.dispatchable as
 SELECT predictor_id,
    id
   FROM ( SELECT p.id AS predictor_id,
            newest.id
           FROM (hundredfold.predictors p
             CROSS JOIN LATERAL ( SELECT r.id
                   FROM hundredfold.retrainings r
                  WHERE ((r.predictor_id = p.id) AND (r.status <> 'finished'::text) AND (r.status <> 'running'::text))
                  ORDER BY r.id DESC
                 LIMIT 1) newest)
          WHERE ((p.name IS NOT NULL) AND (NOT (EXISTS ( SELECT
                   FROM hundredfold.retrainings o
                  WHERE ((o.predictor_id = p.id) AND (o.status <> 'finished'::text) AND (((o.status = 'running'::text) AND (o.lease_until > clock_timestamp())) OR ((o.status = 'dispatched'::text) AND (o.dispatched_at > (clock_timestamp() - '00:01:00'::interval)))))))))
         OFFSET 0) w
  WHERE (hundredfold.training_is_on() AND (NOT hundredfold.is_held(predictor_id)));

create table hundredfold.erased_examples (
  predictor_id integer not null,
  rows int8multirange not null,
  constraint erased_examples_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE
);

create table hundredfold.erased_rows (
  predictor_id integer not null,
  row_id bigint not null,
  prediction_id uuid,
  constraint erased_rows_pkey PRIMARY KEY (predictor_id, row_id),
  constraint erased_rows_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE
);

create table hundredfold.examples (
  row_id bigint not null default nextval('hundredfold.row_ids'::regclass),
  predictor_id integer not null,
  revision integer not null,
  prediction_id uuid,
  inputs jsonb,
  label text collate "C",
  value double precision,
  source text not null,
  created_at timestamp with time zone not null default now(),
  changed_at timestamp with time zone not null default clock_timestamp(),
  label_id bigint,
  constraint examples_prediction_id_key UNIQUE (prediction_id),
  constraint examples_pkey PRIMARY KEY (row_id),
  constraint examples_prediction_id_fkey FOREIGN KEY (prediction_id) REFERENCES hundredfold.predictions(id) ON DELETE CASCADE,
  constraint examples_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE,
  constraint examples_check CHECK ((num_nonnulls(label, value) = 1)),
  constraint examples_check1 CHECK (((prediction_id IS NULL) = (source = 'imported'::text))),
  constraint examples_check2 CHECK (((prediction_id IS NULL) = (inputs IS NOT NULL))),
  constraint examples_source_check CHECK ((source = ANY (ARRAY['imported'::text, 'accepted'::text, 'corrected'::text])))
);

create sequence hundredfold.fencing_tokens;

create table hundredfold.idempotency_keys (
  scope text collate "C" not null,
  key text collate "C" not null,
  fingerprint text not null,
  prediction_id uuid,
  status integer,
  response json,
  created_at timestamp with time zone not null default now(),
  constraint idempotency_keys_pkey PRIMARY KEY (scope, key)
);

create unlogged table hundredfold.import_parts (
  import_id uuid not null,
  part integer not null,
  fingerprint text not null,
  revision integer not null,
  staged bigint not null,
  first_line bigint,
  last_line bigint,
  answer json not null,
  constraint import_parts_pkey PRIMARY KEY (import_id, part),
  constraint import_parts_import_id_fkey FOREIGN KEY (import_id) REFERENCES hundredfold.part_imports(id) ON DELETE CASCADE
);

create table hundredfold.import_warnings (
  import bigint not null,
  predictor_id integer not null,
  revision integer not null,
  warnings jsonb not null,
  constraint import_warnings_pkey PRIMARY KEY (import),
  constraint import_warnings_import_fkey FOREIGN KEY (import) REFERENCES hundredfold.imports(id) ON DELETE CASCADE,
  constraint import_warnings_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE
);

create table hundredfold.imports (
  id bigint not null generated always as identity,
  predictor_id integer not null,
  file text,
  rows bigint not null,
  rejected bigint not null,
  erased bigint not null default 0,
  at timestamp with time zone not null,
  by text,
  scope text collate "C",
  key text collate "C",
  first_row bigint,
  last_row bigint,
  undone_at timestamp with time zone,
  flagged integer[] not null default '{}'::integer[],
  content text collate "C",
  constraint imports_predictor_id_at_key UNIQUE (predictor_id, at),
  constraint imports_pkey PRIMARY KEY (id),
  constraint imports_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE
);

create table hundredfold.invocation_failures (
  only_one boolean not null default true,
  failures integer not null,
  retry_at timestamp with time zone not null,
  constraint invocation_failures_pkey PRIMARY KEY (only_one),
  constraint invocation_failures_only_one_check CHECK (only_one)
);

create table hundredfold.known_labels (
  predictor_id integer not null,
  label text collate "C" not null,
  constraint known_labels_pkey PRIMARY KEY (predictor_id, label),
  constraint known_labels_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE
);

create table hundredfold.labels (
  id bigint not null generated always as identity,
  prediction_id uuid not null,
  label text collate "C",
  value double precision,
  source text not null,
  rank integer,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint labels_pkey PRIMARY KEY (id),
  constraint labels_prediction_id_fkey FOREIGN KEY (prediction_id) REFERENCES hundredfold.predictions(id) ON DELETE CASCADE,
  constraint labels_check CHECK ((num_nonnulls(label, value) = 1)),
  constraint labels_source_check CHECK ((source = ANY (ARRAY['accepted'::text, 'corrected'::text])))
);

create table hundredfold.migrations (
  id integer not null,
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone not null default now(),
  constraint migrations_pkey PRIMARY KEY (id)
);

create table hundredfold.model_pins (
  predictor_id integer not null,
  version integer not null,
  name text collate "C" not null,
  until timestamp with time zone not null,
  constraint model_pins_pkey PRIMARY KEY (predictor_id, version, name),
  constraint model_pins_predictor_id_version_fkey FOREIGN KEY (predictor_id, version) REFERENCES hundredfold.models(predictor_id, version) ON DELETE CASCADE
);

create table hundredfold.models (
  predictor_id integer not null,
  version integer not null,
  status text not null,
  revision integer not null,
  signature text not null,
  learner text not null,
  settings jsonb not null,
  examples integer not null,
  metrics jsonb not null,
  sha256 text not null,
  key text not null,
  size bigint not null,
  fingerprint text not null,
  learned int8multirange not null,
  erased integer not null default 0,
  retraining_id bigint,
  code_version text not null,
  trained_at timestamp with time zone not null default now(),
  promoted_at timestamp with time zone,
  learned_labels int8multirange,
  retired_at timestamp with time zone,
  pruned_at timestamp with time zone,
  constraint models_pkey PRIMARY KEY (predictor_id, version),
  constraint models_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE,
  constraint models_retraining_id_fkey FOREIGN KEY (retraining_id) REFERENCES hundredfold.retrainings(id) ON DELETE SET NULL,
  constraint models_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint models_status_check CHECK ((status = ANY (ARRAY['champion'::text, 'retired'::text, 'rejected'::text, 'awaiting-approval'::text])))
);

create unlogged table hundredfold.part_imports (
  id uuid not null default gen_random_uuid(),
  predictor_id integer not null,
  name text collate "C" not null,
  changed_at timestamp with time zone not null default now(),
  constraint part_imports_predictor_id_name_key UNIQUE (predictor_id, name),
  constraint part_imports_pkey PRIMARY KEY (id),
  constraint part_imports_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE
);

create table hundredfold.predictions (
  id uuid not null,
  row_id bigint not null default nextval('hundredfold.row_ids'::regclass),
  predictor_id integer not null,
  revision integer not null,
  model integer not null,
  inputs jsonb not null,
  answer jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint predictions_pkey PRIMARY KEY (id)
);

create table hundredfold.predictor_revisions (
  predictor_id integer not null,
  revision integer not null,
  definition jsonb not null,
  signature text not null,
  target text generated always as (((((definition -> 'target'::text) ->> 'type'::text) || ' '::text) || ((definition -> 'target'::text) ->> 'name'::text))) stored,
  applied_at timestamp with time zone not null default now(),
  constraint predictor_revisions_pkey PRIMARY KEY (predictor_id, revision),
  constraint predictor_revisions_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE
);

create table hundredfold.predictors (
  id integer not null generated always as identity,
  name text collate "C",
  revision integer not null default 1,
  definition jsonb not null,
  signature text not null,
  champion integer,
  promoted_at timestamp with time zone,
  change bigint not null default 1,
  last_version integer not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint predictors_name_key UNIQUE (name),
  constraint predictors_pkey PRIMARY KEY (id),
  constraint predictors_id_champion_fkey FOREIGN KEY (id, champion) REFERENCES hundredfold.models(predictor_id, version) DEFERRABLE INITIALLY DEFERRED,
  constraint predictors_name_check CHECK ((name ~ '^[a-z0-9-]{1,63}$'::text))
);

create table hundredfold.reproductions (
  id bigint not null generated always as identity,
  predictor_id integer not null,
  model integer not null,
  status text not null default 'requested'::text,
  equal boolean,
  sha256 text,
  expected text not null,
  reason text,
  progress jsonb,
  attempts integer not null default 0,
  last_error text,
  token bigint,
  lease_until timestamp with time zone,
  requested_at timestamp with time zone not null default now(),
  dispatched_at timestamp with time zone,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  constraint reproductions_pkey PRIMARY KEY (id),
  constraint reproductions_predictor_id_model_fkey FOREIGN KEY (predictor_id, model) REFERENCES hundredfold.models(predictor_id, version) ON DELETE CASCADE,
  constraint reproductions_check CHECK (((equal IS NULL) = (sha256 IS NULL))),
  constraint reproductions_check1 CHECK (((status = 'finished'::text) = (reason IS NOT NULL))),
  constraint reproductions_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'running'::text, 'finished'::text])))
);

create table hundredfold.retrainings (
  id bigint not null generated always as identity,
  predictor_id integer not null,
  trigger text not null,
  every integer,
  status text not null default 'requested'::text,
  verdict text,
  reason text,
  model integer,
  merged_into bigint,
  judgement jsonb,
  fingerprint text,
  champion integer,
  revision integer,
  progress jsonb,
  attempts integer not null default 0,
  last_error text,
  token bigint,
  lease_until timestamp with time zone,
  requested_at timestamp with time zone not null default now(),
  dispatched_at timestamp with time zone,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  constraint retrainings_pkey PRIMARY KEY (id),
  constraint retrainings_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE,
  constraint retrainings_check CHECK (((status = 'finished'::text) = (verdict IS NOT NULL))),
  constraint retrainings_check1 CHECK (((trigger = 'count'::text) = (every IS NOT NULL))),
  constraint retrainings_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'dispatched'::text, 'running'::text, 'finished'::text]))),
  constraint retrainings_trigger_check CHECK ((trigger = ANY (ARRAY['count'::text, 'request'::text, 'first'::text, 'import'::text]))),
  constraint retrainings_verdict_check CHECK ((verdict = ANY (ARRAY['promoted'::text, 'kept'::text, 'undecided'::text, 'unchanged'::text, 'failed'::text])))
);

create sequence hundredfold.row_ids;

create table hundredfold.settings (
  name text not null,
  value text not null,
  constraint settings_pkey PRIMARY KEY (name)
);

create unlogged table hundredfold.staged_examples (
  import_id uuid not null,
  line bigint not null,
  inputs jsonb not null,
  label text collate "C",
  value double precision,
  constraint staged_examples_pkey PRIMARY KEY (import_id, line)
);

create table hundredfold.training_warnings (
  predictor_id integer not null,
  revision integer not null,
  warnings jsonb not null,
  constraint training_warnings_pkey PRIMARY KEY (predictor_id),
  constraint training_warnings_predictor_id_fkey FOREIGN KEY (predictor_id) REFERENCES hundredfold.predictors(id) ON DELETE CASCADE
);

CREATE INDEX deleted_predictors_by_name ON hundredfold.deleted_predictors USING btree (name, id);

CREATE INDEX deleted_predictors_undone ON hundredfold.deleted_predictors USING btree (id) WHERE ((told_at IS NULL) OR (purged_at IS NULL) OR (pruned_at IS NULL));

CREATE INDEX erased_examples_by_predictor ON hundredfold.erased_examples USING btree (predictor_id);

CREATE UNIQUE INDEX erased_rows_by_prediction ON hundredfold.erased_rows USING btree (prediction_id) WHERE (prediction_id IS NOT NULL);

CREATE INDEX examples_by_predictor ON hundredfold.examples USING btree (predictor_id, row_id) INCLUDE (source, revision, label);

CREATE INDEX idempotency_keys_by_age ON hundredfold.idempotency_keys USING btree (created_at);

CREATE INDEX idempotency_keys_by_prediction ON hundredfold.idempotency_keys USING btree (prediction_id) WHERE (prediction_id IS NOT NULL);

CREATE INDEX import_warnings_by_predictor ON hundredfold.import_warnings USING btree (predictor_id, import);

CREATE INDEX imports_by_content ON hundredfold.imports USING btree (predictor_id, content) WHERE (content IS NOT NULL);

CREATE INDEX imports_by_predictor ON hundredfold.imports USING btree (predictor_id, id);

CREATE INDEX imports_undone ON hundredfold.imports USING btree (id) WHERE (undone_at IS NOT NULL);

CREATE INDEX labels_by_prediction ON hundredfold.labels USING btree (prediction_id, id);

CREATE INDEX models_by_retraining ON hundredfold.models USING btree (retraining_id);

CREATE UNIQUE INDEX models_one_awaiting ON hundredfold.models USING btree (predictor_id) WHERE (status = 'awaiting-approval'::text);

CREATE UNIQUE INDEX models_one_champion ON hundredfold.models USING btree (predictor_id) WHERE (status = 'champion'::text);

CREATE INDEX part_imports_by_age ON hundredfold.part_imports USING btree (changed_at);

CREATE UNIQUE INDEX predictions_by_row ON hundredfold.predictions USING btree (predictor_id, row_id);

CREATE INDEX reproductions_by_model ON hundredfold.reproductions USING btree (predictor_id, model);

CREATE UNIQUE INDEX reproductions_one_unfinished ON hundredfold.reproductions USING btree (predictor_id, model) WHERE (status <> 'finished'::text);

CREATE INDEX retrainings_by_predictor ON hundredfold.retrainings USING btree (predictor_id, id);

CREATE INDEX retrainings_by_start ON hundredfold.retrainings USING btree (predictor_id, started_at) WHERE (started_at IS NOT NULL);

CREATE UNIQUE INDEX retrainings_one_running ON hundredfold.retrainings USING btree (predictor_id) WHERE (status = 'running'::text);

CREATE INDEX retrainings_unfinished ON hundredfold.retrainings USING btree (predictor_id, id) WHERE (status <> 'finished'::text);

CREATE OR REPLACE FUNCTION hundredfold.abandon_retraining(p_id bigint, p_token bigint)
 RETURNS void
 LANGUAGE sql
AS $function$
  update hundredfold.retrainings set lease_until = clock_timestamp()
  where id = p_id and status = 'running' and token = p_token
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.add_api_key(p_id text, p_role text, p_sha256 text, p_note text)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_key hundredfold.api_keys;
begin
  perform hundredfold.begin_key_change();
  insert into hundredfold.api_keys (id, role, sha256, note) values (p_id, p_role, p_sha256, p_note)
  on conflict (id) do nothing;
  select * into v_key from hundredfold.api_keys where id = p_id and role = p_role and sha256 = p_sha256;
  return case when found then hundredfold.describe_api_key(v_key) end;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.api_keys_in_force()
 RETURNS TABLE(change bigint, keys jsonb)
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((select s.value::bigint from hundredfold.settings s where s.name = 'keys_change'), 0),
    coalesce(
      jsonb_agg(jsonb_build_object('id', k.id, 'role', k.role, 'sha256', k.sha256) order by k.number), '[]')
  from hundredfold.api_keys k where k.revoked_at is null
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.apply_definition(p_definition jsonb, p_signature text)
 RETURNS TABLE(predictor_id integer, revision integer, created boolean, changed boolean, champion_lost boolean)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_old hundredfold.predictors;
  v_id integer;
  v_every integer := p_definition -> 'retraining' ->> 'every';
  v_counts text := p_definition -> 'retraining' ->> 'of';
  v_lost boolean;
  v_before hundredfold.deleted_predictors;
  v_revision integer;
begin
  insert into hundredfold.predictors (name, definition, signature)
  values (p_definition ->> 'name', p_definition, p_signature)
  on conflict (name) do nothing
  returning id into v_id;
  if v_id is not null then
    select * into v_before from hundredfold.deleted_predictors
    where name = p_definition ->> 'name' order by id desc limit 1;
    if v_before.id is not null and v_before.purged_at is null then
      raise exception 'the predictor % is being deleted', v_before.name using errcode = 'UH014';
    end if;
    v_revision := coalesce(v_before.revision, 0) + 1;
    update hundredfold.predictors set
      revision = v_revision, last_version = coalesce(v_before.last_version, 0), change = coalesce(v_before.change, 0) + 1
    where id = v_id;
    insert into hundredfold.predictor_revisions (predictor_id, revision, definition, signature)
    values (v_id, v_revision, p_definition, p_signature);
    insert into hundredfold.counters (predictor_id, every, counts) values (v_id, v_every, v_counts);
    return query select v_id, v_revision, true, true, false;
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.begin_key_change()
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into hundredfold.settings (name, value)
  values ('keys_change', ((extract(epoch from clock_timestamp()) * 1000000)::bigint)::text)
  on conflict (name) do update
  set value = greatest(settings.value::bigint + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint)::text
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.begin_part(p_predictor_id integer, p_name text, p_part integer, p_fingerprint text, p_revision integer)
 RETURNS TABLE(staging uuid, earlier json)
 LANGUAGE plpgsql
AS $function$
declare
  v_import uuid;
  v_part hundredfold.import_parts;
begin
  insert into hundredfold.part_imports as i (predictor_id, name) values (p_predictor_id, p_name)
  on conflict (predictor_id, name) do update set changed_at = now()
  returning i.id into v_import;
  select * into v_part from hundredfold.import_parts where import_id = v_import and part = p_part;
  if found and v_part.fingerprint = p_fingerprint and v_part.revision = p_revision then
    return query select v_import, v_part.answer;
    return;
  end if;
  delete from hundredfold.staged_examples
  where import_id = v_import and line between v_part.first_line and v_part.last_line;
  delete from hundredfold.import_parts where import_id = v_import and part = p_part;
  return query select v_import, null::json;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.claim_reproduction(p_id bigint, p_lease interval)
 RETURNS TABLE(id bigint, token bigint, predictor_id integer, model integer, revision integer, definition jsonb, expected text, code_version text, labels_known boolean, judged boolean, champion jsonb)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_claimed hundredfold.reproductions;
begin
  update hundredfold.reproductions set
    status = 'running', token = nextval('hundredfold.fencing_tokens'), lease_until = clock_timestamp() + p_lease,
    attempts = attempts + 1, started_at = clock_timestamp(), progress = null
  where id = p_id and hundredfold.training_is_on() and attempts < 3
    and (status = 'requested' or (status = 'running' and lease_until <= clock_timestamp()))
  returning * into v_claimed;
  if not found then
    return;
  end if;
  return query
  select v_claimed.id, v_claimed.token, m.predictor_id, m.version, m.revision, d.definition, v_claimed.expected,
    m.code_version, m.learned_labels is not null, r.id is not null,
    (select jsonb_build_object('model', c.version, 'key', c.key, 'sha256', c.sha256)
     from hundredfold.models c where c.predictor_id = m.predictor_id and c.version = r.champion)
  from hundredfold.models m
  join hundredfold.predictor_revisions d on d.predictor_id = m.predictor_id and d.revision = m.revision
  left join hundredfold.retrainings r on r.id = m.retraining_id
  where m.predictor_id = v_claimed.predictor_id and m.version = v_claimed.model;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.claim_retraining(p_predictor text, p_lease interval)
 RETURNS TABLE(id bigint, token bigint, predictor_id integer, trigger text, revision integer, definition jsonb, signature text, champion jsonb, last_judged jsonb)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_predictor hundredfold.predictors;
  v_id bigint;
  v_token bigint;
begin
  if not hundredfold.training_is_on() then
    return;
  end if;
  select * into v_predictor from hundredfold.predictors where name = p_predictor for no key update;
  if not found then
    return;
  end if;
  perform hundredfold.put_back_lapsed(v_predictor.id);
  if exists (select from hundredfold.retrainings where predictor_id = v_predictor.id and status = 'running')
    or hundredfold.is_held(v_predictor.id)
  then
    return;
  end if;
  select max(id) into v_id from hundredfold.retrainings
  where predictor_id = v_predictor.id and status in ('requested', 'dispatched');
  if v_id is null then
    return;
  end if;
  update hundredfold.retrainings set
    status = 'finished', verdict = 'unchanged', reason = 'merged into ' || v_id, merged_into = v_id,
    finished_at = clock_timestamp()
  where predictor_id = v_predictor.id and status in ('requested', 'dispatched') and id < v_id;
  v_token := nextval('hundredfold.fencing_tokens');
  update hundredfold.retrainings set
    status = 'running', token = v_token, lease_until = clock_timestamp() + p_lease, attempts = attempts + 1,
    started_at = clock_timestamp(), progress = null, revision = v_predictor.revision
  where id = v_id;
  return query
  select v_id, v_token, v_predictor.id, r.trigger, v_predictor.revision, v_predictor.definition, v_predictor.signature,
    (select jsonb_build_object('model', m.version, 'key', m.key, 'sha256', m.sha256, 'fingerprint', m.fingerprint)
     from hundredfold.models m where m.predictor_id = v_predictor.id and m.version = v_predictor.champion),
    (select jsonb_build_object('id', j.id, 'fingerprint', j.fingerprint, 'champion', j.champion, 'verdict', j.verdict,
       'revision', j.revision)
     from hundredfold.retrainings j
     where j.predictor_id = v_predictor.id and j.fingerprint is not null and j.status = 'finished'
     order by j.finished_at desc, j.id desc limit 1)
  from hundredfold.retrainings r where r.id = v_id;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.clean_label(p_label text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select regexp_replace(
    normalize(
      regexp_replace(
        regexp_replace(p_label, '[\u200B\u2060\uFEFF]', '', 'g'),
        '[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]', ' ', 'g'),
      NFC),
    '^[ \t\n\v\f\r\u2028\u2029]+|[ \t\n\v\f\r\u2028\u2029]+$', '', 'g')
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.close_parts(p_predictor_id integer, p_name text, p_parts integer, p_revision integer)
 RETURNS TABLE(staging uuid, missing integer[], rejected jsonb, rejected_total bigint, ignored_columns jsonb)
 LANGUAGE plpgsql
AS $function$
declare
  v_import uuid;
begin
  select id into v_import from hundredfold.part_imports where predictor_id = p_predictor_id and name = p_name for update;
  delete from hundredfold.import_parts p
  where p.import_id = v_import
    and p.staged <> (
      select count(*) from hundredfold.staged_examples s
      where s.import_id = v_import and s.line between p.first_line and p.last_line);
  return query
  select v_import,
    array(
      select n from generate_series(1, p_parts) n
      where not exists (
        select from hundredfold.import_parts p where p.import_id = v_import and p.part = n and p.revision = p_revision)
      order by n),
    (
      select coalesce(jsonb_agg(r.row), '[]')
      from (
        select e.row from hundredfold.import_parts p, json_array_elements(p.answer -> 'rejected') e (row)
        where p.import_id = v_import
        order by p.part, (e.row ->> 'line')::bigint
        limit 100
      ) r
    ),
    (
      select coalesce(sum((p.answer ->> 'rejectedTotal')::bigint), 0)::bigint
      from hundredfold.import_parts p where p.import_id = v_import
    ),
    (
      select coalesce((p.answer -> 'ignoredColumns')::jsonb, '[]')
      from hundredfold.import_parts p where p.import_id = v_import and p.part = 1
    );
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.column_names(p_predictor_id integer)
 RETURNS TABLE(kind text, name text)
 LANGUAGE sql
 STABLE
AS $function$
  select distinct 'input', k.name
  from hundredfold.predictor_revisions r, jsonb_object_keys(r.definition -> 'inputs') as k (name)
  where r.predictor_id = p_predictor_id
  union
  select distinct 'target', r.definition -> 'target' ->> 'name'
  from hundredfold.predictor_revisions r where r.predictor_id = p_predictor_id
  order by 1, 2
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.count_labels()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.count_predictions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  v_new record;
  v_full boolean;
begin
  for v_new in select predictor_id, count(*) as rows from inserted group by predictor_id order by predictor_id loop
    perform from hundredfold.predictors where id = v_new.predictor_id and name is not null for key share;
    if not found then
      raise exception 'there is no predictor %', v_new.predictor_id using
        errcode = 'foreign_key_violation', schema = 'hundredfold', table = 'predictions', column = 'predictor_id';
    end if;
    update hundredfold.counters set
      predictions = predictions + v_new.rows,
      new_rows = new_rows + case when counts = 'predictions' then v_new.rows else 0 end,
      counted = counted + case when counts = 'predictions' then v_new.rows else 0 end
    where predictor_id = v_new.predictor_id
    returning new_rows >= every into v_full;
    if v_full then
      perform hundredfold.request_counted(v_new.predictor_id);
    end if;
  end loop;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.date_predictor_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.change := greatest(new.change, (extract(epoch from clock_timestamp()) * 1000000)::bigint);
  return new;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.delete_predictor(p_name text)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_old hundredfold.predictors;
  v_deleted hundredfold.deleted_predictors;
begin
  -- Waits for rows that are being recorded, for whoever holds the predictor, and for a verdict that is being written.
  select * into v_old from hundredfold.predictors where name = p_name for update;
  if found then
    update hundredfold.predictors
    set name = null, champion = null, promoted_at = null, change = change + 1, updated_at = now()
    where id = v_old.id
    returning * into v_old;
    insert into hundredfold.deleted_predictors (id, name, revision, last_version, change)
    values (v_old.id, p_name, v_old.revision, v_old.last_version, v_old.change)
    returning * into v_deleted;
  else
    select * into v_deleted from hundredfold.deleted_predictors where name = p_name and purged_at is null;
  end if;
  return case when v_deleted.id is not null then hundredfold.describe_deletion(v_deleted) end;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.describe_api_key(k hundredfold.api_keys)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object(
    'id', k.id, 'role', k.role, 'note', k.note, 'createdAt', k.created_at, 'revokedAt', k.revoked_at)
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.describe_deletion(d hundredfold.deleted_predictors)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object(
    'id', d.id, 'name', d.name, 'change', d.change, 'lastVersion', d.last_version, 'predictions', d.predictions,
    'examples', d.examples, 'imports', d.imports, 'models', d.models, 'retrainings', d.retrainings, 'spooled', d.spooled,
    'deletedAt', d.deleted_at, 'done', d.purged_at is not null)
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.describe_import(i hundredfold.imports)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object(
    'id', i.id, 'file', i.file, 'rows', i.rows, 'rejected', i.rejected, 'at', i.at, 'by', i.by, 'erased', i.erased,
    'undoing', i.undone_at is not null)
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.describe_prediction(p_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.describe_predictor(p_id integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.describe_reproduction(r hundredfold.reproductions)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object(
    'id', r.id, 'model', r.model, 'status', r.status, 'equal', r.equal, 'sha256', r.sha256, 'expected', r.expected,
    'reason', r.reason, 'progress', case when r.status = 'running' then r.progress end, 'lastError', r.last_error,
    'requestedAt', r.requested_at, 'startedAt', r.started_at, 'finishedAt', r.finished_at)
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.describe_retraining(r hundredfold.retrainings)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object(
    'id', r.id, 'trigger', r.trigger, 'status', r.status, 'verdict', r.verdict, 'reason', r.reason, 'model', r.model,
    'requestedAt', r.requested_at, 'startedAt', r.started_at, 'finishedAt', r.finished_at,
    'heldUntil', case when r.status in ('requested', 'dispatched') and r.trigger in ('count', 'import')
                       and hundredfold.is_held(r.predictor_id)
                 then hundredfold.held_until(r.predictor_id) end,
    'progress', case when r.status = 'running' then r.progress end,
    'lastError', r.last_error, 'judgement', r.judgement)
$function$
;

CREATE OR REPLACE PROCEDURE hundredfold.dispatch_reproductions()
 LANGUAGE plpgsql
AS $procedure$
declare
  v_function text := (select value from hundredfold.settings where name = 'train_function');
  v_next record;
  v_status integer;
begin
  update hundredfold.reproductions set
    status = case when attempts >= 3 then 'finished' else 'requested' end,
    reason = case when attempts >= 3 then
      'The trainer died ' || attempts || ' times without saying why; its log may know.' end,
    finished_at = case when attempts >= 3 then clock_timestamp() end,
    token = null, lease_until = null, dispatched_at = null
  where status = 'running' and lease_until <= clock_timestamp();
  if v_function is null or not hundredfold.training_is_on() then
    return;
  end if;
  for v_next in
    select r.id, p.name
    from hundredfold.reproductions r join hundredfold.predictors p on p.id = r.predictor_id
    where r.status = 'requested' and p.name is not null
      and coalesce(r.dispatched_at <= clock_timestamp() - interval '1 minute', true)
    order by r.id
    for update of r skip locked
  loop
    begin
      select i.status_code into v_status
      from aws_lambda.invoke(
        function_name => v_function,
        payload => json_build_object('predictor', v_next.name, 'reproduction', v_next.id),
        invocation_type => 'Event') i;
      if v_status not between 200 and 299 then
        raise exception 'the train function answered %', v_status;
      end if;
      update hundredfold.reproductions set dispatched_at = clock_timestamp(), last_error = null where id = v_next.id;
    exception when others then
      update hundredfold.reproductions set last_error = sqlerrm where id = v_next.id;
      exit;
    end;
  end loop;
end
$procedure$
;

CREATE OR REPLACE PROCEDURE hundredfold.dispatch_retrainings(IN p_force boolean DEFAULT false, INOUT p_failed integer DEFAULT 0)
 LANGUAGE plpgsql
AS $procedure$
declare
  v_function text := (select value from hundredfold.settings where name = 'train_function');
  v_next record;
  v_status integer;
begin
  p_failed := 0;
  if v_function is null then
    return;
  end if;
  for v_next in
    select d.id, d.predictor_id, p.name
    from hundredfold.dispatchable d join hundredfold.predictors p on p.id = d.predictor_id
    where p_force or not exists (select from hundredfold.invocation_failures where retry_at > clock_timestamp())
    order by d.id
  loop
    -- Another dispatcher may have been quicker since the list was read.
    perform from hundredfold.retrainings
    where id = v_next.id
      and (status = 'requested' or (status = 'dispatched' and dispatched_at <= clock_timestamp() - interval '1 minute'))
    for update skip locked;
    continue when not found;
    begin
      select i.status_code into v_status
      from aws_lambda.invoke(
        function_name => v_function,
        payload => json_build_object('retraining', v_next.id, 'predictor', v_next.name),
        invocation_type => 'Event') i;
      if v_status not between 200 and 299 then
        raise exception 'the train function answered %', v_status;
      end if;
      update hundredfold.retrainings set status = 'dispatched', dispatched_at = clock_timestamp(), last_error = null
      where id = v_next.id;
      delete from hundredfold.invocation_failures;
    exception when others then
      update hundredfold.retrainings set last_error = sqlerrm where id = v_next.id;
      insert into hundredfold.invocation_failures as f (failures, retry_at)
      values (1, clock_timestamp() + interval '1 second')
      on conflict (only_one) do update set
        failures = f.failures + 1,
        retry_at = clock_timestamp() + make_interval(secs => least(60, 2 ^ least(f.failures, 6)));
      p_failed := 1;
      exit;
    end;
  end loop;
end
$procedure$
;

CREATE OR REPLACE FUNCTION hundredfold.erase_example(p_predictor_id integer, p_row bigint)
 RETURNS TABLE(flagged integer[], prediction uuid)
 LANGUAGE plpgsql
AS $function$
declare
  v_example hundredfold.examples;
begin
  perform hundredfold.hold_predictor(p_predictor_id);
  select * into v_example from hundredfold.examples where row_id = p_row and predictor_id = p_predictor_id;
  if not found then
    return;
  end if;
  if v_example.prediction_id is not null then
    return query select '{}'::integer[], v_example.prediction_id;
    return;
  end if;
  delete from hundredfold.examples where row_id = p_row;
  update hundredfold.imports i set erased = erased + 1 where i.predictor_id = p_predictor_id and i.at = v_example.created_at;
  delete from hundredfold.known_labels k
  where k.predictor_id = p_predictor_id and k.label = v_example.label
    and not exists (
      select from hundredfold.examples e where e.predictor_id = p_predictor_id and e.label = k.label);
  return query select hundredfold.flag_models(p_predictor_id, int8multirange(int8range(p_row, p_row + 1))), null::uuid;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.erase_prediction(p_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_row record;
  v_labels text[];
  v_flagged jsonb;
begin
  select predictor_id, row_id into v_row from hundredfold.predictions where id = p_id for update;
  if not found then
    return null;
  end if;
  -- Shuts out a model that is being registered: it counts the erased rows before us, or we flag it. And another
  -- erasure: each of the last two rows with a label would take the other for the one that still has it.
  perform from hundredfold.predictors where id = v_row.predictor_id for no key update;
  v_labels := array(select distinct label from hundredfold.labels where prediction_id = p_id and label is not null);
  delete from hundredfold.predictions where id = p_id;
  insert into hundredfold.erased_rows (predictor_id, row_id, prediction_id)
  values (v_row.predictor_id, v_row.row_id, p_id);
  delete from hundredfold.idempotency_keys where prediction_id = p_id;
  -- A row that gets one of these labels at this moment makes it known again with its next use.
  delete from hundredfold.known_labels k
  where k.predictor_id = v_row.predictor_id and k.label = any (v_labels)
    and not exists (
      select from hundredfold.examples e where e.predictor_id = v_row.predictor_id and e.label = k.label);
  with flagged as (
    update hundredfold.models set erased = erased + 1
    where predictor_id = v_row.predictor_id and learned @> v_row.row_id
    returning version
  )
  select coalesce(jsonb_agg(version order by version), '[]') into v_flagged from flagged;
  return v_flagged;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.erasures(p_predictor_id integer)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
  select (select count(*) from hundredfold.erased_rows where predictor_id = p_predictor_id)
    + (select count(*) from hundredfold.erased_examples where predictor_id = p_predictor_id)
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.finish_import(p_import_id uuid, p_predictor_id integer, p_train boolean, p_revision integer DEFAULT NULL::integer, p_about jsonb DEFAULT '{}'::jsonb)
 RETURNS TABLE(imported bigint, too_many_labels bigint[], import bigint)
 LANGUAGE plpgsql
AS $function$
declare
  v_refused bigint[];
  v_imported bigint;
  v_counts text;
  v_every integer;
  v_at timestamptz := now();
  v_import bigint;
  v_first bigint;
begin
  perform hundredfold.hold_predictor(p_predictor_id);
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

  -- Two imports of one predictor may begin in one microsecond, and are two all the same.
  while exists (select from hundredfold.imports i where i.predictor_id = p_predictor_id and i.at = v_at) loop
    v_at := v_at + interval '1 microsecond';
  end loop;
  insert into hundredfold.imports as i (predictor_id, file, rows, rejected, at, by, scope, key)
  select p_predictor_id, a.file, 0, coalesce(a.rejected, 0) + coalesce(cardinality(v_refused), 0), v_at, a.by, a.scope, a.key
  from jsonb_to_record(p_about) as a (file text, by text, rejected bigint, scope text, key text)
  returning i.id into v_import;

  -- Ids are given in their order, to others meanwhile, too.
  select last_value into v_first from hundredfold.row_ids;
  insert into hundredfold.examples (predictor_id, revision, inputs, label, value, source, created_at)
  select p_predictor_id, coalesce(p_revision, p.revision), s.inputs, s.label, s.value, 'imported', v_at
  from hundredfold.staged_examples s, hundredfold.predictors p
  where s.import_id = p_import_id and p.id = p_predictor_id
  order by s.line;
  get diagnostics v_imported = row_count;
  if v_imported > 0 then
    update hundredfold.imports i
    set rows = v_imported, first_row = v_first, last_row = currval('hundredfold.row_ids')
    where i.id = v_import;
  end if;
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
  return query select v_imported, coalesce(v_refused, '{}'), v_import;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.finish_reproduction(p_id bigint, p_token bigint, p_sha256 text, p_reason text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform hundredfold.hold_reproduction(p_id, p_token);
  update hundredfold.reproductions set
    status = 'finished', sha256 = p_sha256, equal = p_sha256 = expected, reason = p_reason,
    finished_at = clock_timestamp(), token = null, lease_until = null, last_error = null
  where id = p_id;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.finish_retraining(p_id bigint, p_token bigint, p_verdict text, p_reason text, p_fingerprint text, p_judgement jsonb, p_champion integer, p_model jsonb, p_learned int8multirange, p_learned_labels int8multirange)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_retraining hundredfold.retrainings := hundredfold.hold_lease(p_id, p_token);
  v_predictor hundredfold.predictors;
begin
  if p_model is not null then
    perform hundredfold.stay_on();
    select * into v_predictor from hundredfold.predictors where id = v_retraining.predictor_id for no key update;
    if v_predictor.signature <> p_model ->> 'signature' then
      raise exception 'the inputs or the target of % changed while it was trained', v_predictor.name
        using errcode = 'UH002';
    end if;
    if p_model ->> 'status' = 'champion' and v_predictor.champion is distinct from p_champion then
      raise exception 'the champion of % changed while its challenger was judged', v_predictor.name
        using errcode = 'UH004';
    end if;
    insert into hundredfold.models (predictor_id, version, status, revision, signature, learner, settings, examples,
      metrics, sha256, key, size, fingerprint, learned, learned_labels, erased, retraining_id, code_version)
    select v_retraining.predictor_id, m.version,
      case when m.status = 'champion' then 'retired' else m.status end,
      m.revision, m.signature, m.learner, m.settings, m.examples,
      m.metrics, m.sha256, m.key, m.size, p_fingerprint, p_learned, p_learned_labels,
      (select count(*) from hundredfold.erased_rows e
       where e.predictor_id = v_retraining.predictor_id and p_learned @> e.row_id)
        + (select coalesce(sum(hundredfold.ids_in(e.rows * p_learned)), 0) from hundredfold.erased_examples e
           where e.predictor_id = v_retraining.predictor_id and e.rows && p_learned),
      p_id, m.code_version
    from jsonb_to_record(p_model) as m (version integer, status text, revision integer, signature text, learner text,
      settings jsonb, examples integer, metrics jsonb, sha256 text, key text, size bigint, code_version text);
    if p_model ->> 'status' = 'champion' then
      perform hundredfold.set_champion(v_retraining.predictor_id, (p_model ->> 'version')::integer);
    end if;
  end if;
  update hundredfold.retrainings set
    status = 'finished', verdict = p_verdict, reason = p_reason, fingerprint = p_fingerprint, judgement = p_judgement,
    champion = p_champion, model = (p_model ->> 'version')::integer, finished_at = clock_timestamp(),
    token = null, lease_until = null, last_error = null
  where id = p_id;
  -- Whatever came while it ran found a training under way and did not ask for one.
  if p_verdict = 'failed' and (
    exists (select from hundredfold.predictors
            where id = v_retraining.predictor_id and revision <> v_retraining.revision)
    or exists (select from hundredfold.examples
               where predictor_id = v_retraining.predictor_id and changed_at > v_retraining.started_at))
  then
    perform hundredfold.request_first(v_retraining.predictor_id);
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.fitting_examples(p_predictor_id integer, p_changed boolean, OUT examples bigint, OUT fitting bigint, OUT labels bigint, OUT reasons jsonb)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.flag_models(p_predictor_id integer, p_rows int8multirange)
 RETURNS integer[]
 LANGUAGE plpgsql
AS $function$
declare
  v_flagged integer[];
begin
  insert into hundredfold.erased_examples (predictor_id, rows) values (p_predictor_id, p_rows);
  with flagged as (
    update hundredfold.models set erased = erased + hundredfold.ids_in(learned * p_rows)
    where predictor_id = p_predictor_id and learned && p_rows
    returning version
  )
  select coalesce(array_agg(version order by version), '{}') into v_flagged from flagged;
  return v_flagged;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.forget_content()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.content := null;
  return new;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.forget_labels(p_predictor_id integer)
 RETURNS void
 LANGUAGE sql
AS $function$
  -- Distinct first: a million labels would be looked through again for each that is known.
  with used as materialized (
    select distinct e.label from hundredfold.examples e where e.predictor_id = p_predictor_id and e.label is not null
  )
  delete from hundredfold.known_labels k
  where k.predictor_id = p_predictor_id and not exists (select from used u where u.label = k.label)
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.forget_parts(p_hours integer)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  v_forgotten bigint;
begin
  delete from hundredfold.part_imports where changed_at < now() - make_interval(hours => p_hours);
  get diagnostics v_forgotten = row_count;
  delete from hundredfold.staged_examples s
  where not exists (select from hundredfold.part_imports i where i.id = s.import_id);
  return v_forgotten;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.forget_warned_values()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update hundredfold.training_warnings w set warnings = hundredfold.without_values(w.warnings)
  where w.predictor_id in (select predictor_id from removed);
  -- An import tells of its own rows; but new labels are compared with those of all rows.
  update hundredfold.import_warnings w set warnings =
    case when i.at in (select created_at from removed where predictor_id = i.predictor_id and source = 'imported')
      then hundredfold.without_values(w.warnings)
      else jsonb_path_query_array(w.warnings, '$[*] ? (@.code != "near_equal_labels")') end
  from hundredfold.imports i
  where w.import = i.id and w.predictor_id in (select predictor_id from removed);
  update hundredfold.idempotency_keys k
  set response = (k.response::jsonb || jsonb_build_object('warnings', hundredfold.without_values(k.response::jsonb -> 'warnings')))::json
  from hundredfold.imports i
  where i.predictor_id in (select predictor_id from removed) and i.at > now() - interval '7 days'
    and k.scope = i.scope and k.key = i.key and jsonb_typeof(k.response::jsonb -> 'warnings') = 'array';
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.hand_out_work(p_force boolean DEFAULT false)
 RETURNS TABLE(retraining bigint, reproduction bigint, predictor text)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_next record;
begin
  if not hundredfold.training_is_on()
    or (not p_force and exists (select from hundredfold.invocation_failures where retry_at > clock_timestamp()))
  then
    return;
  end if;
  for v_next in
    select d.id, p.name
    from hundredfold.dispatchable d join hundredfold.predictors p on p.id = d.predictor_id
    order by d.id
  loop
    -- Another dispatcher may have been quicker since the list was read.
    perform from hundredfold.retrainings
    where id = v_next.id
      and (status = 'requested' or (status = 'dispatched' and dispatched_at <= clock_timestamp() - interval '1 minute'))
    for update skip locked;
    continue when not found;
    update hundredfold.retrainings set status = 'dispatched', dispatched_at = clock_timestamp() where id = v_next.id;
    return query select v_next.id, null::bigint, v_next.name;
    return;
  end loop;
  return query
  update hundredfold.reproductions r set dispatched_at = clock_timestamp()
  from hundredfold.predictors p
  where p.id = r.predictor_id and r.id = (
    select w.id from hundredfold.reproductions w join hundredfold.predictors o on o.id = w.predictor_id
    where w.status = 'requested' and o.name is not null and coalesce(w.dispatched_at <= clock_timestamp() - interval '1 minute', true)
    order by w.id limit 1 for update of w skip locked)
  returning null::bigint, r.id, p.name;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.held_until(p_predictor_id integer)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_pace jsonb := (select definition -> 'retraining' from hundredfold.predictors where id = p_predictor_id);
  v_until timestamptz;
  v_until_too timestamptz;
begin
  if v_pace ? 'minInterval' then
    select max(r.started_at) + make_interval(secs => (v_pace ->> 'minInterval')::double precision) into v_until
    from hundredfold.retrainings r
    where r.predictor_id = p_predictor_id and r.status in ('running', 'finished');
  end if;
  if v_pace ? 'maxPerDay' then
    select r.started_at + interval '24 hours' into v_until_too
    from hundredfold.retrainings r
    where r.predictor_id = p_predictor_id and r.status in ('running', 'finished')
      and r.started_at > clock_timestamp() - interval '24 hours'
    order by r.started_at desc offset (v_pace ->> 'maxPerDay')::integer - 1 limit 1;
  end if;
  return greatest(v_until, v_until_too);
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.hold_lease(p_id bigint, p_token bigint)
 RETURNS hundredfold.retrainings
 LANGUAGE plpgsql
AS $function$
declare
  v_retraining hundredfold.retrainings;
begin
  select r.* into v_retraining
  from hundredfold.retrainings r join hundredfold.predictors p on p.id = r.predictor_id
  where r.id = p_id and r.status = 'running' and r.token = p_token and r.lease_until > clock_timestamp()
    and p.name is not null
  for update of r for key share of p;
  if not found then
    raise exception 'retraining % is no longer held by this trainer', p_id using errcode = 'UH001';
  end if;
  return v_retraining;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.hold_predictor(p_predictor_id integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform from hundredfold.predictors where id = p_predictor_id and name is not null for no key update;
  if not found then
    raise exception 'there is no predictor %', p_predictor_id using errcode = 'UH013';
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.hold_reproduction(p_id bigint, p_token bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform from hundredfold.reproductions
  where id = p_id and status = 'running' and token = p_token and lease_until > clock_timestamp()
  for update;
  if not found then
    raise exception 'reproduction % is no longer held by this trainer', p_id using errcode = 'UH001';
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.ids_in(p_rows int8multirange)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select coalesce(sum(upper(r) - lower(r)), 0)::bigint from unnest(p_rows) r
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.is_held(p_predictor_id integer)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return coalesce(hundredfold.held_until(p_predictor_id) > clock_timestamp(), false)
    and not exists (
      select from hundredfold.retrainings
      where predictor_id = p_predictor_id and status in ('requested', 'dispatched') and trigger in ('request', 'first'));
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.is_taking_back()
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (select from hundredfold.imports where undone_at is not null)
    or exists (select from hundredfold.deleted_predictors where told_at is null or purged_at is null)
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.keep_predictor()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a prediction stays with its predictor' using errcode = 'foreign_key_violation';
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.know_label(p_predictor_id integer, p_label text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from hundredfold.known_labels where predictor_id = p_predictor_id and label = p_label) then
    return;
  end if;
  perform from hundredfold.predictors where id = p_predictor_id for no key update;
  if (select count(*) from hundredfold.known_labels where predictor_id = p_predictor_id) >= 10000 then
    raise exception 'a predictor has 10,000 different labels at most' using errcode = 'UH010';
  end if;
  insert into hundredfold.known_labels (predictor_id, label) values (p_predictor_id, p_label) on conflict do nothing;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.label_counts(p_predictor_id integer, p_limit integer)
 RETURNS TABLE(label text, examples bigint, labels bigint, total bigint)
 LANGUAGE sql
 STABLE
AS $function$
  select e.label, count(*), count(*) over (), (sum(count(*)) over ())::bigint
  from hundredfold.examples e
  where e.predictor_id = p_predictor_id and e.label is not null
    and e.revision = any ((
      select hundredfold.revisions_of_target(p.id, p.revision) from hundredfold.predictors p where p.id = p_predictor_id
    )::integer[])
  group by e.label
  order by count(*) desc, e.label
  limit p_limit
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.label_prediction(p_id uuid, p_label text, p_value double precision)
 RETURNS TABLE(predictor_id integer, source text, rank integer)
 LANGUAGE plpgsql
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.learnable_rows(p_predictor_id integer, p_revision integer, p_champion integer, p_after bigint, p_limit integer, p_bytes integer)
 RETURNS TABLE(row_id bigint, label_id bigint, inputs jsonb, label text, value double precision, guessed boolean, seen boolean)
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.learned_rows(p_predictor_id integer, p_model integer, p_champion integer, p_before bigint, p_limit integer, p_bytes integer)
 RETURNS TABLE(row_id bigint, prediction_id uuid, inputs jsonb, label text, value double precision, source text, seen boolean, erased boolean, more boolean)
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.missing_for_training(p_predictor_id integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select hundredfold.missing_of(p.definition, f.fitting, f.labels)
  from hundredfold.predictors p, hundredfold.fitting_examples(p_predictor_id, false) f
  where p.id = p_predictor_id
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.missing_of(p_definition jsonb, p_examples bigint, p_labels bigint)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select jsonb_strip_nulls(jsonb_build_object(
    'examples', case when p_examples < 10 then jsonb_build_object('needed', 10, 'present', p_examples) end,
    'labels', case when p_definition -> 'target' ->> 'type' = 'label' and p_labels < 2
                   then jsonb_build_object('needed', 2, 'present', p_labels) end))
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.note_content(p_import bigint, p_content text)
 RETURNS TABLE(import bigint, file text)
 LANGUAGE sql
AS $function$
  with noted as (
    update hundredfold.imports set content = p_content where id = p_import returning id, predictor_id
  )
  select i.id, i.file from noted n join hundredfold.imports i on i.predictor_id = n.predictor_id
  where i.content = p_content and i.id < n.id and i.undone_at is null
  order by i.id desc limit 1
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.note_retirement()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.retired_at := case when new.status = 'champion' then null else clock_timestamp() end;
  return new;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.note_warnings(p_id bigint, p_token bigint, p_revision integer, p_warnings jsonb, p_imports bigint[], p_erasures bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_retraining hundredfold.retrainings := hundredfold.hold_lease(p_id, p_token);
begin
  -- Whoever erases holds it too.
  perform from hundredfold.predictors where id = v_retraining.predictor_id for no key update;
  if hundredfold.erasures(v_retraining.predictor_id) <> p_erasures then
    p_warnings := hundredfold.without_values(p_warnings);
  end if;
  insert into hundredfold.training_warnings as w (predictor_id, revision, warnings)
  values (v_retraining.predictor_id, p_revision, p_warnings)
  on conflict (predictor_id) do update set revision = excluded.revision, warnings = excluded.warnings;
  delete from hundredfold.import_warnings
  where predictor_id = v_retraining.predictor_id and import = any (p_imports);
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.page_share(p_inputs jsonb, p_label text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select coalesce(octet_length(p_inputs::text), 0) + coalesce(octet_length(p_label), 0) + 256
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.pending_work()
 RETURNS TABLE(pending boolean, not_before timestamp with time zone, waiting_seconds double precision)
 LANGUAGE sql
 STABLE
AS $function$
  with unfinished as (
    select r.predictor_id,
      bool_or(r.status = 'running') as begun,
      bool_or(r.status = 'running' and r.lease_until > clock_timestamp()) as running,
      min(case when r.status = 'running' then r.lease_until else r.requested_at end) as since
    from hundredfold.retrainings r where r.status <> 'finished' group by r.predictor_id
  ), paced as (
    select u.*, not u.begun and hundredfold.is_held(u.predictor_id) as held,
      hundredfold.held_until(u.predictor_id) as held_until,
      (select max(f.finished_at) from hundredfold.retrainings f
       where f.predictor_id = u.predictor_id and f.status = 'finished' and f.verdict is not null
         and f.merged_into is null) as last_ended
    from unfinished u
  ), work as (
    select held, case when held then held_until end as not_before,
      case when not held and not running then
        greatest(since, last_ended, case when held_until <= clock_timestamp() then held_until end) end as waits_since
    from paced
    union all
    select false, null,
      case when r.status = 'requested' then r.requested_at
           when r.lease_until <= clock_timestamp() then r.lease_until end
    from hundredfold.reproductions r where r.status <> 'finished'
    union all
    select true, held_until, null
    from (
      select hundredfold.held_until(p.id) as held_until from hundredfold.predictors p
      where p.definition -> 'retraining' ?| array['minInterval', 'maxPerDay']) h
    where held_until > clock_timestamp()
  )
  select hundredfold.is_taking_back() or count(*) > 0 or (
      hundredfold.training_is_on()
      and exists (select from hundredfold.invocation_failures where retry_at > clock_timestamp())),
    case when bool_and(held) and not hundredfold.is_taking_back() then min(not_before) end,
    coalesce(extract(epoch from clock_timestamp() - min(waits_since)), 0)::double precision
  from work where hundredfold.training_is_on()
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.pin_model(p_predictor_id integer, p_version integer, p_name text, p_until timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.promote_model(p_predictor_id integer, p_version integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.prune_models(p_predictor_id integer, p_named integer[], p_keep integer, p_younger interval, p_rollback interval)
 RETURNS TABLE(version integer)
 LANGUAGE plpgsql
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.purge_predictor(p_id integer, p_rows integer)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_deleted hundredfold.deleted_predictors;
  v_left integer := p_rows;
  v_count integer;
  v_labelled integer;
begin
  -- One step at a time.
  select * into v_deleted from hundredfold.deleted_predictors where id = p_id for update;
  if not found or v_deleted.purged_at is not null then
    return case when v_deleted.id is not null then hundredfold.describe_deletion(v_deleted) end;
  end if;

  -- Somebody may have promoted a model of it whose state they had read before.
  update hundredfold.predictors set champion = null where id = p_id and champion is not null;
  delete from hundredfold.reproductions where predictor_id = p_id;
  with gone as (
    delete from hundredfold.models where predictor_id = p_id and version in (
      select version from hundredfold.models where predictor_id = p_id limit v_left)
    returning version
  ) select count(*) into v_count from gone;
  v_left := v_left - v_count;
  v_deleted.models := v_deleted.models + v_count;

  with gone as (
    delete from hundredfold.retrainings where id in (
      select id from hundredfold.retrainings where predictor_id = p_id limit v_left)
    returning id
  ) select count(*) into v_count from gone;
  v_left := v_left - v_count;
  v_deleted.retrainings := v_deleted.retrainings + v_count;

  -- Labels and examples go with their predictions, and so do the answers that are kept under their keys.
  with chosen as materialized (
    select p.id, p.row_id from hundredfold.predictions p
    where p.predictor_id = p_id and p.row_id > v_deleted.predictions_reached order by p.row_id limit v_left
  ), labelled as (
    select count(*) as rows from chosen c join hundredfold.examples e on e.row_id = c.row_id
  ), keys as (
    delete from hundredfold.idempotency_keys k using chosen c where k.prediction_id = c.id
  ), gone as (
    delete from hundredfold.predictions p using chosen c where p.id = c.id returning p.id
  )
  select (select count(*) from gone), (select rows from labelled),
    coalesce((select max(row_id) from chosen), v_deleted.predictions_reached)
  into v_count, v_labelled, v_deleted.predictions_reached;
  v_left := v_left - v_count;
  v_deleted.predictions := v_deleted.predictions + v_count;
  v_deleted.examples := v_deleted.examples + v_labelled;

  with gone as (
    delete from hundredfold.examples where row_id in (
      select row_id from hundredfold.examples
      where predictor_id = p_id and row_id > v_deleted.examples_reached order by row_id limit v_left)
    returning row_id
  ) select count(*), coalesce(max(row_id), v_deleted.examples_reached) into v_count, v_deleted.examples_reached from gone;
  v_left := v_left - v_count;
  v_deleted.examples := v_deleted.examples + v_count;

  with gone as (
    delete from hundredfold.imports where id in (
      select id from hundredfold.imports where predictor_id = p_id order by id limit v_left)
    returning id
  ) select count(*) into v_count from gone;
  v_left := v_left - v_count;
  v_deleted.imports := v_deleted.imports + v_count;

  with gone as (
    delete from hundredfold.erased_rows where predictor_id = p_id and row_id in (
      select row_id from hundredfold.erased_rows where predictor_id = p_id limit v_left)
    returning row_id
  ) select count(*) into v_count from gone;
  v_left := v_left - v_count;

  if v_left > 0 then
    -- Keys of other calls name no prediction. What was sent since belongs to nobody yet: until this is done, no predictor of
    -- that name is made.
    delete from hundredfold.idempotency_keys
    where prediction_id is null and scope like '% POST /predictors/' || v_deleted.name || '/%';
    delete from hundredfold.staged_examples s using hundredfold.part_imports i
    where i.predictor_id = p_id and s.import_id = i.id;
    -- Revisions, labels, parts, what was erased: all that is left hangs on the row.
    delete from hundredfold.predictors where id = p_id;
    v_deleted.purged_at := clock_timestamp();
  end if;
  update hundredfold.deleted_predictors set
    predictions = v_deleted.predictions, examples = v_deleted.examples, imports = v_deleted.imports,
    models = v_deleted.models, retrainings = v_deleted.retrainings, purged_at = v_deleted.purged_at,
    predictions_reached = v_deleted.predictions_reached, examples_reached = v_deleted.examples_reached
  where id = p_id
  returning * into v_deleted;
  return hundredfold.describe_deletion(v_deleted);
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.put_back_lapsed(p_predictor_id integer DEFAULT NULL::integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_failed integer;
begin
  with lapsed as (
    select id from hundredfold.retrainings
    where status = 'running' and lease_until <= clock_timestamp()
      and (p_predictor_id is null or (predictor_id = p_predictor_id and attempts < 3))
    order by id for update skip locked
  ), settled as (
    update hundredfold.retrainings r set
      status = case when attempts >= 3 then 'finished' else 'requested' end,
      verdict = case when attempts >= 3 then 'failed' end,
      reason = case when attempts >= 3 then
        'The training died ' || attempts || ' times without saying why; the trainer''s log may know.' end,
      finished_at = case when attempts >= 3 then clock_timestamp() end,
      started_at = case when attempts >= 3 then started_at end, token = null, lease_until = null
    from lapsed where r.id = lapsed.id
    returning r.verdict
  )
  select count(*) filter (where verdict = 'failed') into v_failed from settled;
  return v_failed;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.record_checked(p_rows jsonb)
 RETURNS TABLE(place bigint, outcome text, response text, waiting boolean)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
declare
  v_predictors integer[];
  v_inserted uuid[];
  v_fresh text[];
  v_keyed uuid[];
begin
  if p_rows @? '$[*].key ? (@ != null)' then
    v_fresh := hundredfold.take_keys(p_rows);
  end if;

  -- Locked, so that no predictor goes away between the look at it and its row.
  perform from hundredfold.predictors
  where id in (select (r ->> 'predictor_id')::integer from jsonb_array_elements(p_rows) r)
  order by id for key share;

  -- An erasure of a key's prediction is over when its row can be locked, or waits for us and sees the key. Before the counter,
  -- for which an erasure waits with the row locked; after the predictor, whose removal waits for its rows.
  if v_fresh is not null then
    v_keyed := array(
      select (r ->> 'id')::uuid from jsonb_array_elements(p_rows) r where r ->> 'key' is not null);
    perform from hundredfold.predictions where id = any (v_keyed) order by id for key share;
    delete from hundredfold.idempotency_keys k using hundredfold.erased_rows e
    where e.prediction_id = k.prediction_id and k.prediction_id = any (v_keyed);
  end if;

  with inserted as (
    insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer, created_at)
    select g.id, g.predictor_id, g.revision, g.model, g.inputs, g.answer, least(coalesce(g.answered_at, now()), now())
    from jsonb_to_recordset(p_rows) as g (
      id uuid, predictor_id integer, predictor text, revision integer, model integer, inputs jsonb, answer jsonb,
      answered_at timestamptz, scope text, key text, fingerprint text)
    join hundredfold.predictors p on p.id = g.predictor_id and p.name = coalesce(g.predictor, p.name)
    where not exists (select from hundredfold.erased_rows e where e.prediction_id = g.id)
      and (v_fresh is null or g.key is null or exists (
        select from hundredfold.idempotency_keys k
        where k.scope = g.scope and k.key = g.key and k.prediction_id = g.id and k.fingerprint = g.fingerprint))
    -- In one order, so that two statements with the same rows wait for each other instead of deadlocking.
    order by g.id
    on conflict (id) do nothing
    returning id, predictor_id
  )
  select array_agg(id), array_agg(distinct predictor_id) into v_inserted, v_predictors from inserted;

  -- An erasure that committed while we waited for its row: this statement sees it, the one above did not.
  if exists (select from hundredfold.erased_rows where prediction_id = any (v_inserted)) then
    raise exception 'a prediction was erased while it was recorded again' using errcode = 'serialization_failure';
  end if;

  return query select 0::bigint, null::text, null::text, hundredfold.waits_for_dispatch(v_predictors);
  if cardinality(v_inserted) = jsonb_array_length(p_rows) then
    return;
  end if;

  return query
  select f.place, f.outcome, case when f.outcome = 'replayed' then f.response end, null::boolean
  from (
    select r.place, k.response::text,
      case when d.id is not null then 'predictor_deleted'
           when p.id is null then 'predictor_unknown'
           when e.prediction_id is not null then 'erased'
           when r.key is null then 'recorded'
           when k.fingerprint is distinct from r.fingerprint then 'reused'
           when k.prediction_id = r.id and r.scope || chr(31) || r.key = any (v_fresh)
             and row_number() over (partition by r.scope, r.key, r.fingerprint, r.id order by r.place) = 1 then 'recorded'
           else 'replayed' end as outcome
    from rows from (jsonb_to_recordset(p_rows) as (
        id uuid, predictor_id integer, predictor text, scope text, key text, fingerprint text))
      with ordinality as r (id, predictor_id, predictor, scope, key, fingerprint, place)
    left join hundredfold.predictors p on p.id = r.predictor_id and p.name = coalesce(r.predictor, p.name)
    left join hundredfold.deleted_predictors d on d.id = r.predictor_id and d.name = coalesce(r.predictor, d.name)
    left join hundredfold.erased_rows e on e.prediction_id = r.id
    left join hundredfold.idempotency_keys k on k.scope = r.scope and k.key = r.key
  ) f
  where f.outcome <> 'recorded'
  order by f.place;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.record_predictions(p_rows jsonb)
 RETURNS TABLE(place bigint, outcome text, response text, waiting boolean)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
declare
  v_predictors integer[];
  v_inserted uuid[];
begin
  if not (p_rows @? '$[*].key ? (@ != null)') then
    begin
      with inserted as (
        insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer, created_at)
        select g.id, g.predictor_id, g.revision, g.model, g.inputs, g.answer,
          least(coalesce(g.answered_at, now()), now())
        from jsonb_to_recordset(p_rows) as g (
          id uuid, predictor_id integer, predictor text, revision integer, model integer, inputs jsonb, answer jsonb,
          answered_at timestamptz)
        join hundredfold.predictors p on p.id = g.predictor_id and p.name = coalesce(g.predictor, p.name)
        -- In one order, so that two statements with the same rows wait for each other instead of deadlocking.
        order by g.id
        returning id, predictor_id
      )
      select array_agg(id), array_agg(distinct predictor_id) into v_inserted, v_predictors from inserted;
      -- Looked for afterwards: an erasure that committed while we waited for its row is seen, too.
      if cardinality(v_inserted) = jsonb_array_length(p_rows)
        and not exists (select from hundredfold.erased_rows where prediction_id = any (v_inserted))
      then
        return query select 0::bigint, null::text, null::text, hundredfold.waits_for_dispatch(v_predictors);
        return;
      end if;
      raise exception 'not all of the rows are new' using errcode = 'cardinality_violation';
    exception when unique_violation or foreign_key_violation or cardinality_violation then
      null;
    end;
  end if;
  return query select * from hundredfold.record_checked(p_rows);
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.release_reproduction(p_id bigint, p_token bigint)
 RETURNS void
 LANGUAGE sql
AS $function$
  update hundredfold.reproductions
  set status = 'requested', token = null, lease_until = null, dispatched_at = null, attempts = attempts - 1
  where id = p_id and status = 'running' and token = p_token
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.release_retraining(p_id bigint, p_token bigint)
 RETURNS void
 LANGUAGE sql
AS $function$
  update hundredfold.retrainings
  set status = 'requested', token = null, lease_until = null, attempts = attempts - 1, started_at = null
  where id = p_id and status = 'running' and token = p_token
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.removable_artifacts(p_predictor_id integer, p_keys text[])
 RETURNS TABLE(key text)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.remove_predictions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from hundredfold.predictions where predictor_id = old.id;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.renamed(p_inputs jsonb, p_names jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when p_names is null then p_inputs else (
    select p_inputs - array(select jsonb_object_keys(p_names)) - array(select value from jsonb_each_text(p_names) where value is not null)
      || coalesce(jsonb_object_agg(n.key, p_inputs -> n.value) filter (where p_inputs ? n.value), '{}')
    from jsonb_each_text(p_names) n) end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.renames(p_predictor_id integer, p_revision integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.renew_lease(p_id bigint, p_token bigint, p_lease interval, p_progress jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform hundredfold.hold_lease(p_id, p_token);
  perform hundredfold.stay_on();
  update hundredfold.retrainings set lease_until = clock_timestamp() + p_lease, progress = coalesce(p_progress, progress)
  where id = p_id;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.renew_reproduction(p_id bigint, p_token bigint, p_lease interval, p_progress jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform hundredfold.hold_reproduction(p_id, p_token);
  perform hundredfold.stay_on();
  update hundredfold.reproductions
  set lease_until = clock_timestamp() + p_lease, progress = coalesce(p_progress, progress)
  where id = p_id;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.request_counted(p_predictor_id integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.request_first(p_predictor_id integer)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.request_reproduction(p_predictor_id integer, p_model integer)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_request hundredfold.reproductions;
begin
  insert into hundredfold.reproductions (predictor_id, model, expected)
  select predictor_id, version, sha256 from hundredfold.models
  where predictor_id = p_predictor_id and version = p_model
  -- An invocation that went astray is not waited for.
  on conflict (predictor_id, model) where status <> 'finished' do update set dispatched_at = null
  returning * into v_request;
  return case when v_request.id is not null then hundredfold.describe_reproduction(v_request) end;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.reserve_version(p_id bigint, p_token bigint)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_version integer;
begin
  perform hundredfold.stay_on();
  update hundredfold.predictors set last_version = last_version + 1
  where id = (hundredfold.hold_lease(p_id, p_token)).predictor_id
  returning last_version into v_version;
  return v_version;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.revisions_of_target(p_predictor_id integer, p_revision integer)
 RETURNS integer[]
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.revoke_api_key(p_id text, p_keep_admin boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.set_champion(p_predictor_id integer, p_version integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update hundredfold.models set status = 'retired' where predictor_id = p_predictor_id and status = 'champion';
  update hundredfold.models set status = 'champion', promoted_at = clock_timestamp()
  where predictor_id = p_predictor_id and version = p_version;
  update hundredfold.predictors set champion = p_version, promoted_at = clock_timestamp(), change = change + 1
  where id = p_predictor_id;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.stay_on()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if not hundredfold.training_is_on() then
    raise exception 'training is switched off' using errcode = 'UH005';
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.stored_examples(p_predictor_id integer, p_before bigint, p_limit integer, p_bytes integer, p_import bigint DEFAULT NULL::bigint, p_label text DEFAULT NULL::text, p_value double precision DEFAULT NULL::double precision, p_text text DEFAULT NULL::text, p_looks integer DEFAULT 20000)
 RETURNS TABLE(row_id bigint, prediction_id uuid, inputs jsonb, label text, value double precision, source text, created_at timestamp with time zone, more boolean)
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.supersede_awaiting()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update hundredfold.models set status = 'rejected'
  where predictor_id = new.predictor_id and status = 'awaiting-approval';
  return new;
end
$function$
;

CREATE OR REPLACE PROCEDURE hundredfold.sweep_retrainings(INOUT p_failed integer DEFAULT 0, INOUT p_unsent integer DEFAULT 0)
 LANGUAGE plpgsql
AS $procedure$
begin
  p_failed := hundredfold.put_back_lapsed();
  call hundredfold.dispatch_retrainings(true, p_unsent);
end
$procedure$
;

CREATE OR REPLACE FUNCTION hundredfold.switch_training(p_on boolean)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into hundredfold.settings (name, value) values ('training', case when p_on then 'on' else 'off' end)
  on conflict (name) do update set value = excluded.value;
  update hundredfold.retrainings set status = 'requested', dispatched_at = null
  where p_on and status = 'dispatched'
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.take_back_step(p_rows integer)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  v_import hundredfold.imports;
  v_deleted integer;
begin
  select i.* into v_import from hundredfold.imports i join hundredfold.predictors p on p.id = i.predictor_id
  where i.undone_at is not null and p.name is not null order by i.id limit 1;
  if found then
    perform hundredfold.undo_import(v_import.predictor_id, v_import.id, p_rows);
    return true;
  end if;
  select id into v_deleted from hundredfold.deleted_predictors where purged_at is null order by id limit 1;
  if found then
    perform hundredfold.purge_predictor(v_deleted, p_rows);
    return true;
  end if;
  return false;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.take_keys(p_rows jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
AS $function$
declare
  v_fresh text[];
begin
  -- In one order, so that two statements with the same keys wait for each other instead of deadlocking.
  with taken as (
    insert into hundredfold.idempotency_keys (scope, key, fingerprint, prediction_id, status, response)
    select r.scope, r.key, r.fingerprint, r.id, 201, r.response::json
    from jsonb_to_recordset(p_rows) as r (
      id uuid, predictor_id integer, predictor text, scope text, key text, fingerprint text, response text)
    join hundredfold.predictors p on p.id = r.predictor_id and p.name = coalesce(r.predictor, p.name)
    where r.key is not null
      and not exists (select from hundredfold.erased_rows e where e.prediction_id = r.id)
    order by r.scope collate "C", r.key collate "C"
    on conflict (scope, key) do nothing
    returning scope || chr(31) || key as name, prediction_id
  ), remembered as (
    select t.name, t.prediction_id from taken t join hundredfold.predictions p on p.id = t.prediction_id
  )
  select array_agg(t.name) filter (where r.name is null) into v_fresh
  from taken t left join remembered r on r.name = t.name;

  update hundredfold.idempotency_keys k set
    fingerprint = case when p.inputs = r.inputs then k.fingerprint else '(of a body that is forgotten)' end,
    response = ('{"id":' || to_json(p.id)::text || ',"predictor":' || to_json(o.name)::text || ',"model":' || p.model || ','
      || substr(p.answer::text, 2, length(p.answer::text) - 2) || ',"recorded":true}')::json
  from jsonb_to_recordset(p_rows) as r (id uuid, inputs jsonb, scope text, key text)
  join hundredfold.predictions p on p.id = r.id
  join hundredfold.predictors o on o.id = p.predictor_id
  where r.key is not null and k.scope = r.scope and k.key = r.key and k.prediction_id = r.id
    and k.created_at = now() and not (r.scope || chr(31) || r.key = any (coalesce(v_fresh, '{}')));
  return coalesce(v_fresh, '{}');
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.training_is_on()
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select not exists (select from hundredfold.settings where name = 'training' and value = 'off')
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.uncount_predictions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  v_old record;
begin
  for v_old in select predictor_id, count(*) as rows from deleted group by predictor_id order by predictor_id loop
    update hundredfold.counters set predictions = predictions - v_old.rows where predictor_id = v_old.predictor_id;
  end loop;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.undo_import(p_predictor_id integer, p_import bigint, p_rows integer)
 RETURNS TABLE(rows bigint, flagged integer[], done boolean)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_import hundredfold.imports;
  v_gone int8multirange;
  v_count bigint;
  v_flagged integer[];
begin
  -- Shuts out a model that is being registered: it counts the erased rows before us, or we flag it. And another step.
  perform hundredfold.hold_predictor(p_predictor_id);
  select * into v_import from hundredfold.imports where id = p_import and predictor_id = p_predictor_id for update;
  if not found then
    return;
  end if;
  if v_import.undone_at is null then
    update hundredfold.imports set undone_at = clock_timestamp() where id = p_import;
    delete from hundredfold.idempotency_keys where scope = v_import.scope and key = v_import.key;
  end if;
  with gone as (
    delete from hundredfold.examples where row_id in (
      select e.row_id from hundredfold.examples e
      where e.predictor_id = p_predictor_id and e.row_id between v_import.first_row and v_import.last_row
        and e.source = 'imported' and e.created_at = v_import.at
      order by e.row_id desc limit p_rows)
    returning row_id
  )
  select count(*), range_agg(int8range(row_id, row_id + 1)), coalesce(min(row_id), v_import.first_row)
  into v_count, v_gone, v_import.last_row from gone;
  v_flagged := v_import.flagged;
  if v_count > 0 then
    select array_agg(distinct f order by f) into v_flagged
    from unnest(v_flagged || hundredfold.flag_models(p_predictor_id, v_gone)) f;
  end if;
  v_import.erased := v_import.erased + v_count;
  if v_count = p_rows then
    update hundredfold.imports
    set erased = v_import.erased, last_row = v_import.last_row, flagged = coalesce(v_flagged, '{}')
    where id = p_import;
  else
    delete from hundredfold.imports where id = p_import;
    perform hundredfold.forget_labels(p_predictor_id);
  end if;
  return query select v_import.erased, coalesce(v_flagged, '{}'), v_count < p_rows;
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.undone_instants(p_predictor_id integer)
 RETURNS timestamp with time zone[]
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(array_agg(at), '{}') from hundredfold.imports
  where predictor_id = p_predictor_id and undone_at is not null
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.value_fault(p_value jsonb, p_input jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.waits_for_dispatch(p_predictor_ids integer[])
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  if not exists (
    select from hundredfold.retrainings
    where predictor_id = any (p_predictor_ids) and status <> 'finished' and status <> 'running')
  then
    return false;
  end if;
  if exists (select from hundredfold.invocation_failures where retry_at > clock_timestamp()) then
    return false;
  end if;
  return exists (select from hundredfold.dispatchable d where d.predictor_id = any (p_predictor_ids));
end
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.warnings_in_force(p_predictor_id integer)
 RETURNS TABLE(place bigint, warning jsonb)
 LANGUAGE sql
 STABLE
AS $function$
  with sources as (
    select w.revision, w.warnings, null::bigint as import
    from hundredfold.training_warnings w where w.predictor_id = p_predictor_id
    union all
    (select w.revision, w.warnings, w.import
     from hundredfold.import_warnings w join hundredfold.imports i on i.id = w.import
     where w.predictor_id = p_predictor_id and i.undone_at is null
     order by w.import desc limit 20)
  ), told as (
    select t.warning, t.place, s.import,
      row_number() over (
        partition by s.import is null, t.warning -> 'code', t.warning -> 'columns' order by s.import desc) as turn
    from sources s
    join hundredfold.predictors p on p.id = p_predictor_id
    join hundredfold.predictor_revisions r on r.predictor_id = p.id and r.revision = s.revision,
    lateral jsonb_array_elements(s.warnings) with ordinality as t (warning, place)
    where not exists (
      select from jsonb_array_elements_text(t.warning -> 'columns') as c (name)
      where r.definition -> 'inputs' -> c.name is distinct from p.definition -> 'inputs' -> c.name
        or (r.definition -> 'target' ->> 'name' = c.name and r.definition -> 'target' <> p.definition -> 'target'))
  )
  select row_number() over (order by t.import desc nulls first, t.place),
    t.warning || jsonb_strip_nulls(jsonb_build_object('import', t.import))
  from told t where t.turn = 1
  order by t.import desc nulls first, t.place limit 50
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.without_values(p_warnings jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select coalesce(jsonb_agg(t.warning order by t.place), '[]')
  from jsonb_array_elements(p_warnings) with ordinality as t (warning, place)
  where t.warning ->> 'code' in ('missing_words', 'answer_given_away', 'id_like_column')
$function$
;

CREATE OR REPLACE FUNCTION hundredfold.work_handed_over(p_retraining bigint, p_reproduction bigint, p_error text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update hundredfold.retrainings set
    status = case when p_error is null then status else 'requested' end,
    dispatched_at = case when p_error is null then dispatched_at end,
    last_error = p_error
  where id = p_retraining and status = 'dispatched';
  update hundredfold.reproductions set
    dispatched_at = case when p_error is null then dispatched_at end,
    last_error = p_error
  where id = p_reproduction and status = 'requested';
  if p_error is not null then
    insert into hundredfold.invocation_failures as f (failures, retry_at)
    values (1, clock_timestamp() + interval '1 second')
    on conflict (only_one) do update set
      failures = f.failures + 1,
      retry_at = clock_timestamp() + make_interval(secs => least(60, 2 ^ least(f.failures, 6)));
  elsif not exists (select from hundredfold.settings where name = 'train_function') then
    -- Where the database invokes too, its own failures are not mended by somebody else's success.
    delete from hundredfold.invocation_failures;
  end if;
end
$function$
;

CREATE TRIGGER count_new AFTER INSERT ON hundredfold.examples REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION hundredfold.count_labels();

CREATE TRIGGER forget_warnings AFTER DELETE ON hundredfold.examples REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION hundredfold.forget_warned_values();

CREATE TRIGGER forget_content BEFORE UPDATE OF erased ON hundredfold.imports FOR EACH ROW WHEN ((new.erased > old.erased)) EXECUTE FUNCTION hundredfold.forget_content();

CREATE TRIGGER note_retirement BEFORE UPDATE OF status ON hundredfold.models FOR EACH ROW WHEN (((old.status = 'champion'::text) <> (new.status = 'champion'::text))) EXECUTE FUNCTION hundredfold.note_retirement();

CREATE TRIGGER supersede_awaiting BEFORE INSERT ON hundredfold.models FOR EACH ROW WHEN ((new.status = 'awaiting-approval'::text)) EXECUTE FUNCTION hundredfold.supersede_awaiting();

CREATE TRIGGER count_new AFTER INSERT ON hundredfold.predictions REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION hundredfold.count_predictions();

CREATE TRIGGER keep_predictor BEFORE UPDATE OF predictor_id ON hundredfold.predictions FOR EACH ROW WHEN ((new.predictor_id <> old.predictor_id)) EXECUTE FUNCTION hundredfold.keep_predictor();

CREATE TRIGGER uncount_erased AFTER DELETE ON hundredfold.predictions REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION hundredfold.uncount_predictions();

CREATE TRIGGER date_change BEFORE INSERT OR UPDATE OF change ON hundredfold.predictors FOR EACH ROW EXECUTE FUNCTION hundredfold.date_predictor_change();

CREATE TRIGGER remove_predictions AFTER DELETE ON hundredfold.predictors FOR EACH ROW EXECUTE FUNCTION hundredfold.remove_predictions();
