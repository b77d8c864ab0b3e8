import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Draw } from '../support/seed.ts';
import { definition } from './fixture.ts';

/** What a writer did that was committed, by predictor id. */
export interface Written {
  readonly predictions: Map<number, number>;
  readonly examples: Map<number, number>;
  /** Ids of committed predictions that this writer has not erased. */
  readonly ids: string[];
  readonly errors: string[];
}

/** One connection that writes at random, a statement at a time or in transactions with savepoints. */
export async function write(
  connectionString: string,
  predictors: readonly number[],
  draw: Draw,
  turns: number,
  erases: boolean,
): Promise<Written> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const written: Written = { predictions: new Map(), examples: new Map(), ids: [], errors: [] };
  const writer = new Writer(client, predictors, draw, written, erases);
  try {
    for (let turn = 0; turn < turns; turn++) {
      try {
        await writer.turn();
      } catch (error) {
        written.errors.push(
          error instanceof pg.DatabaseError ? `${error.code} ${error.message}` : String(error),
        );
        await client.query('rollback');
      }
    }
  } finally {
    await client.end();
  }
  return written;
}

type Batch = { readonly id: string; readonly predictor: number }[];

class Writer {
  readonly #client: pg.Client;
  readonly #predictors: readonly number[];
  readonly #draw: Draw;
  readonly #written: Written;
  readonly #erases: boolean;

  constructor(
    client: pg.Client,
    predictors: readonly number[],
    draw: Draw,
    written: Written,
    erases: boolean,
  ) {
    this.#client = client;
    this.#predictors = predictors;
    this.#draw = draw;
    this.#written = written;
    this.#erases = erases;
  }

  async turn(): Promise<void> {
    switch (this.#draw(8)) {
      case 0:
        return this.#rolledBack();
      case 1:
        return this.#savepoints();
      case 2:
      case 3:
        return this.#label();
      case 4:
        return this.#import();
      case 5:
        return this.#erase();
      case 6:
        return this.#keep(await this.#record());
      default:
        return this.#keep(await this.#insert());
    }
  }

  #one(): number {
    return this.#predictors[this.#draw(this.#predictors.length)] ?? 0;
  }

  /** Of several predictors, in no order. */
  #batch(): Batch {
    const some = [this.#one(), this.#one(), this.#one()];
    return Array.from({ length: 1 + this.#draw(25) }, () => ({
      id: randomUUID(),
      predictor: some[this.#draw(3)] ?? 0,
    }));
  }

  async #insert(): Promise<Batch> {
    const batch = this.#batch();
    await this.#client.query(
      `insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
       select i, p, 1, 1, '{"query":"q"}', '{"suggestions":[]}' from unnest($1::uuid[], $2::integer[]) as r (i, p)`,
      [batch.map(({ id }) => id), batch.map(({ predictor }) => predictor)],
    );
    return batch;
  }

  async #record(): Promise<Batch> {
    const batch = this.#batch();
    const rows = batch.map(({ id, predictor }, n) => ({
      id,
      predictor_id: predictor,
      revision: 1,
      model: 1,
      inputs: {},
      answer: { suggestions: [] },
      ...(n % 3 === 0 ? { scope: 's', key: id, fingerprint: 'f', response: '{}' } : {}),
    }));
    await this.#client.query('select hundredfold.record_predictions($1::jsonb)', [JSON.stringify(rows)]);
    return batch;
  }

  #keep(batch: Batch): void {
    for (const { id, predictor } of batch) {
      add(this.#written.predictions, predictor, 1);
      this.#written.ids.push(id);
    }
  }

  async #rolledBack(): Promise<void> {
    await this.#client.query('begin');
    await this.#insert();
    await this.#client.query('rollback');
  }

  /** One predictor after another in one transaction would wait in a circle: the second statement stays with the first's. */
  async #savepoints(): Promise<void> {
    const predictor = this.#one();
    const insert = async (): Promise<Batch> => {
      const batch = this.#batch().map(({ id }) => ({ id, predictor }));
      await this.#client.query(
        `insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
         select i, $2, 1, 1, '{}', '{"suggestions":[]}' from unnest($1::uuid[]) i`,
        [batch.map(({ id }) => id), predictor],
      );
      return batch;
    };
    await this.#client.query('begin');
    const kept = await insert();
    await this.#client.query('savepoint s');
    await insert();
    await this.#client.query('rollback to savepoint s');
    kept.push(...(await insert()));
    await this.#client.query('commit');
    this.#keep(kept);
  }

  async #label(): Promise<void> {
    const id = this.#written.ids[this.#draw(this.#written.ids.length)];
    if (id === undefined) return;
    await this.#client.query('select hundredfold.label_prediction($1, $2, null)', [id, `l${this.#draw(9)}`]);
  }

  async #import(): Promise<void> {
    const [id, predictor, rows] = [randomUUID(), this.#one(), 1 + this.#draw(15)];
    await this.#client.query('begin');
    await this.#client.query(
      `insert into hundredfold.staged_examples (import_id, line, inputs, label)
       select $1, n, '{}', 'l' || n from generate_series(1, $2::integer) n`,
      [id, rows],
    );
    await this.#client.query('select hundredfold.finish_import($1, $2, true)', [id, predictor]);
    await this.#client.query('commit');
    add(this.#written.examples, predictor, rows);
  }

  async #erase(): Promise<void> {
    if (!this.#erases || this.#draw(3) > 0) return;
    const [id] = this.#written.ids.splice(this.#draw(this.#written.ids.length || 1), 1);
    if (id !== undefined) await this.#client.query('select hundredfold.erase_prediction($1)', [id]);
  }
}

function add(counts: Map<number, number>, predictor: number, rows: number): void {
  counts.set(predictor, (counts.get(predictor) ?? 0) + rows);
}

/** Creates the predictor, or redefines it. */
export async function applyDefinition(
  client: pg.Client,
  name: string,
  every: number,
  of: 'predictions' | 'labels',
): Promise<number> {
  const { rows } = await client.query<{ predictor_id: number }>(
    "select predictor_id from hundredfold.apply_definition($1::jsonb, 's')",
    [JSON.stringify(definition(name, { retraining: { every, of } }))],
  );
  return rows[0]?.predictor_id ?? 0;
}
