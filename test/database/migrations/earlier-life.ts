import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { definition } from '../fixture.ts';

/** The training that is under way when the database is migrated. */
export interface Underway {
  readonly id: string;
  readonly token: string;
}

export interface EarlierLife {
  readonly searches: number;
  readonly labels: number;
  readonly underway: Underway;
  /** Ids of recorded predictions, those with keys first. */
  readonly ids: readonly string[];
}

/** How many of the predictions had an idempotency key, were labelled, were erased. */
export const KEYED = 10;
export const LABELLED = 45;
export const ERASED = 3;

/** What a team does with two predictors, by the functions that the database had at version `version`. */
export async function liveWith(client: pg.Client, version: number): Promise<EarlierLife> {
  const searches = await apply(client, definition('searches'));
  const labels = await apply(client, definition('labels', { retraining: { every: 20, of: 'labels' } }));
  await importRows(client, searches, 30, version);
  await importRows(client, labels, 30, version, 'labels');
  await train(client, 'searches', version);

  const rows = Array.from({ length: 250 }, (_, n) => prediction(searches, n));
  await client.query('select hundredfold.record_predictions($1::jsonb)', [
    JSON.stringify(rows.slice(0, 101)),
  ]);
  await client.query('select hundredfold.record_predictions($1::jsonb)', [JSON.stringify(rows.slice(101))]);
  const counted = Array.from({ length: 60 }, () => prediction(labels, KEYED));
  await client.query('select hundredfold.record_predictions($1::jsonb)', [JSON.stringify(counted)]);
  for (const { id } of [...rows.slice(0, LABELLED), ...counted.slice(0, LABELLED)]) {
    await client.query('select hundredfold.label_prediction($1, $2, null)', [id, 'Pharmacy']);
  }
  await client.query('select hundredfold.label_prediction($1, $2, null)', [rows[0]?.id, 'Laboratory']);
  for (const { id } of rows.slice(-ERASED))
    await client.query('select hundredfold.erase_prediction($1)', [id]);

  const underway = await claim(client, 'searches');
  return { searches, labels, underway, ids: rows.slice(0, -ERASED).map(({ id }) => id) };
}

async function apply(client: pg.Client, document: object): Promise<number> {
  const { rows } = await client.query<{ predictor_id: number }>(
    "select predictor_id from hundredfold.apply_definition($1::jsonb, 's')",
    [JSON.stringify(document)],
  );
  return rows[0]?.predictor_id ?? 0;
}

/** As the service imports: in one transaction with its key, whose answer has counted seven rows that were refused. */
async function importRows(
  client: pg.Client,
  predictor: number,
  count: number,
  version: number,
  name: string | null = null,
): Promise<void> {
  const id = randomUUID();
  const key = { scope: `anonymous POST /predictors/${name}/examples`, key: 'the file' };
  await client.query('begin');
  if (name !== null) {
    await client.query(
      `insert into hundredfold.idempotency_keys (scope, key, fingerprint, status, response)
       values ($1, $2, 'f', 200, '{"imported":30,"rejectedTotal":7}')`,
      [key.scope, key.key],
    );
  }
  await client.query(
    `insert into hundredfold.staged_examples (import_id, line, inputs, label)
     select $1, n, '{"query":"labora"}', 'l' || n % 3 from generate_series(1, $2::integer) n`,
    [id, count],
  );
  // From 21 on with what is noted of it.
  const about = version >= 21 ? ', p_about => $3::jsonb' : '';
  await client.query(
    `select hundredfold.finish_import(p_import_id => $1, p_predictor_id => $2, p_train => true${about})`,
    [
      id,
      predictor,
      ...(version >= 21 ? [JSON.stringify({ rejected: 7, ...(name === null ? {} : key) })] : []),
    ],
  );
  await client.query('commit');
}

function prediction(predictorId: number, n: number) {
  const id = randomUUID();
  return {
    id,
    predictor_id: predictorId,
    revision: 1,
    model: 1,
    inputs: { query: `search ${n}` },
    answer: { suggestions: [{ label: 'Laboratory', probability: 1 }] },
    ...(n < KEYED
      ? {
          scope: 'a POST b',
          key: `key ${n}`,
          fingerprint: 'f',
          response: JSON.stringify({ id, recorded: true }),
        }
      : {}),
  };
}

async function claim(client: pg.Client, name: string): Promise<Underway> {
  const { rows } = await client.query<Underway>(
    "select id::text, token::text from hundredfold.claim_retraining($1, interval '1 hour')",
    [name],
  );
  const [claimed] = rows;
  if (claimed === undefined) throw new Error(`nothing to train for ${name}`);
  return claimed;
}

/** A first champion, which learned from every example there is. */
async function train(client: pg.Client, name: string, version: number): Promise<void> {
  const { id, token } = await claim(client, name);
  await client.query('select hundredfold.reserve_version($1, $2)', [id, token]);
  const model = {
    version: 1,
    status: 'champion',
    revision: 1,
    signature: 's',
    learner: 'prior',
    settings: {},
    examples: 30,
    metrics: {},
    sha256: 'a'.repeat(64),
    key: 'models/searches/1/a',
    size: 10,
    code_version: '0.1.0',
  };
  // From 13 on with the labels that were learned.
  const learned = version >= 13 ? ", '{[1,1000)}', '{}'" : ", '{[1,1000)}'";
  await client.query(
    `select hundredfold.finish_retraining($1, $2, 'promoted', 'better', 'f', null, null, $3::jsonb${learned})`,
    [id, token, JSON.stringify(model)],
  );
}
