import { type Kysely, sql } from 'kysely';
import { PredictorBeingDeletedError, SqlState, translating } from '../errors.ts';
import { PAGE_BYTES, type Page, type PageRequest, readPage } from '../page.ts';
import type { JsonObject, Tables } from '../tables.ts';

/** What answering needs to know of a predictor. `change` rises with every new definition or champion. */
export interface PredictorState {
  readonly id: number;
  readonly name: string;
  readonly revision: number;
  readonly definition: JsonObject;
  readonly signature: string;
  readonly change: number;
  readonly champion: {
    readonly model: number;
    readonly key: string;
    readonly sha256: string;
    readonly promotedAt: string;
  } | null;
}

export interface AppliedDefinition {
  readonly id: number;
  readonly revision: number;
  readonly created: boolean;
  readonly changed: boolean;
  /** The champion was made for other inputs or another target, and no longer answers. */
  readonly championLost: boolean;
}

/** Of a predictor's labels the most frequent are shown. */
const LABELS_SHOWN = 100;

const STATE = sql`
  p.id, p.name, p.revision, p.definition, p.signature, p.change, p.promoted_at, m.version, m.key, m.sha256
`;
const STATES = sql`
  hundredfold.predictors p left join hundredfold.models m on m.predictor_id = p.id and m.version = p.champion
`;

export class PredictorRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Creates the predictor or gives it a new revision. `definition` has its defaults filled in.
   * @throws PredictorBeingDeletedError
   */
  async apply(definition: object, signature: string): Promise<AppliedDefinition> {
    const applied = sql<{
      predictor_id: number;
      revision: number;
      created: boolean;
      changed: boolean;
      champion_lost: boolean;
    }>`select * from hundredfold.apply_definition(p_definition => ${JSON.stringify(definition)}::jsonb, p_signature => ${signature}::text)`.execute(
      this.#db,
    );
    const { rows } = await translating(applied, {
      [SqlState.predictorBeingDeleted]: (cause) => new PredictorBeingDeletedError(cause),
    });
    const row = one(rows);
    return {
      id: row.predictor_id,
      revision: row.revision,
      created: row.created,
      changed: row.changed,
      championLost: row.champion_lost,
    };
  }

  /** The predictor's definition and champion, or null when there is no predictor of that name. */
  async state(name: string): Promise<PredictorState | null> {
    const { rows } = await sql<StateRow>`select ${STATE} from ${STATES} where p.name = ${name}::text`.execute(
      this.#db,
    );
    const [state] = rows;
    return state === undefined ? null : toState(state);
  }

  /** Every name that an input and the target of the predictor ever had. */
  async columnNames(predictorId: number): Promise<{ inputs: string[]; targets: string[] }> {
    const { rows } = await sql<{ kind: string; name: string }>`
      select kind, name from hundredfold.column_names(p_predictor_id => ${predictorId}::integer)
    `.execute(this.#db);
    const ofKind = (kind: string) => rows.flatMap((row) => (row.kind === kind ? [row.name] : []));
    return { inputs: ofKind('input'), targets: ofKind('target') };
  }

  /** The state of every predictor, by name: read in as many pages as the Data API's answers need. */
  async states(): Promise<PredictorState[]> {
    const states: PredictorState[] = [];
    for (let after = ''; ; ) {
      const { rows } = await sql<StateRow & { more: boolean }>`
        select *, found > place as more from (
          select *, max(place) over () as found,
            sum(octet_length(definition::text) + 1024) over (order by place) as bytes
          from (
            select ${STATE}, row_number() over (order by p.name) as place from ${STATES}
            where p.name > ${after}::text order by p.name limit 501
          ) as listed
        ) as measured
        where place <= 500 and (place = 1 or bytes <= ${PAGE_BYTES}::integer)
        order by place
      `.execute(this.#db);
      states.push(...rows.map(toState));
      const last = rows.at(-1);
      if (last?.more !== true) return states;
      after = last.name;
    }
  }

  /**
   * The predictor as the API shows it: rows, counter, last retraining, its most frequent labels and its warnings, of one
   * instant. Null when unknown. Each warning and label is a row of the answer: the Data API hands over 64 KiB of a row.
   */
  async describe(name: string): Promise<JsonObject | null> {
    const { rows } = await sql<DescribedRow>`
      with asked as materialized (select id from hundredfold.predictors where name = ${name}::text)
      select 'predictor' as part, 0::bigint as place, hundredfold.describe_predictor(id) as shown from asked
      union all
      select 'warnings', w.place, w.warning from asked, hundredfold.warnings_in_force(id) w
      union all
      select 'labels', row_number() over (order by l.examples desc, l.label), to_jsonb(l)
      from asked, hundredfold.label_counts(id, ${LABELS_SHOWN}::integer) l
      order by part, place
    `.execute(this.#db);
    const of = (part: DescribedRow['part']) =>
      rows.filter((row) => row.part === part).map(({ shown }) => shown);
    const [predictor] = of('predictor');
    if (predictor === undefined) return null;
    const labels = of('labels');
    const shown = labels.map(({ label, examples }) => ({ label: label ?? null, examples: examples ?? 0 }));
    return { ...predictor, labels: shown, otherLabels: otherLabels(labels), warnings: of('warnings') };
  }

  /** Predictors by name, as the API shows them. */
  async list({ limit, cursor }: PageRequest): Promise<Page<JsonObject>> {
    const listed = sql`
      select p.name as key, hundredfold.describe_predictor(p.id) as shown, p.place
      from (
        select id, name, row_number() over (order by name) as place from hundredfold.predictors
        where name > ${cursor ?? ''}::text order by name limit ${limit + 1}::integer
      ) as p
    `;
    return readPage(this.#db, listed, limit);
  }
}

interface DescribedRow {
  part: 'predictor' | 'warnings' | 'labels';
  shown: JsonObject;
}

/** How many labels are not shown, and how many examples have one of them. */
function otherLabels(shown: readonly JsonObject[]): JsonObject {
  const examples = shown.reduce((sum, label) => sum + Number(label.examples), 0);
  const [first] = shown;
  return {
    labels: Number(first?.labels ?? 0) - shown.length,
    examples: Number(first?.total ?? 0) - examples,
  };
}

interface StateRow {
  id: number;
  name: string;
  revision: number;
  definition: JsonObject;
  signature: string;
  change: string;
  promoted_at: Date | null;
  version: number | null;
  key: string | null;
  sha256: string | null;
}

function toState(row: StateRow): PredictorState {
  const { id, name, revision, definition, signature } = row;
  const champion =
    row.version === null || row.key === null || row.sha256 === null
      ? null
      : {
          model: row.version,
          key: row.key,
          sha256: row.sha256,
          promotedAt: (row.promoted_at ?? new Date(0)).toISOString(),
        };
  return { id, name, revision, definition, signature, change: Number(row.change), champion };
}

function one<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('the function returned no row');
  return row;
}
