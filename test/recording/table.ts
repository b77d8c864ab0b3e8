import { setTimeout as sleep } from 'node:timers/promises';
import type { NewPrediction, RecordedPrediction } from '../../database/index.ts';
import { until } from '../support/until.ts';

/** An error as PostgreSQL's driver throws it. */
export class SqlError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`SQLSTATE ${code}`);
    this.code = code;
  }
}

export const row = (id: string): NewPrediction => ({
  id,
  predictorId: 1,
  predictor: 'searches',
  revision: 1,
  model: 1,
  inputs: {},
  answer: {},
  answeredAt: 0,
});

/** A table in memory that refuses the ids it is told to, and remembers how rows came. */
export class Table {
  readonly statements: string[][] = [];
  readonly stored = new Set<string>();
  readonly refused: readonly string[];
  /** What every statement throws when it ends. */
  fault: unknown = null;
  #held: PromiseWithResolvers<void> | null = null;

  constructor(refused: readonly string[] = []) {
    this.refused = refused;
  }

  /** Statements that come from now on stand still until `release`. */
  hold(): void {
    this.#held = Promise.withResolvers();
  }

  /** Those that stand still go on; later ones too, unless they are held anew. */
  release(): void {
    this.#held?.resolve();
    this.#held = null;
  }

  /** Once so many statements have come in all. */
  async came(statements: number): Promise<void> {
    await until(`${statements} statements`, () => this.statements.length >= statements);
  }

  async record(rows: readonly NewPrediction[]) {
    this.statements.push(rows.map(({ id }) => id));
    await (this.#held?.promise ?? sleep(1));
    if (this.fault !== null) throw this.fault;
    if (rows.some(({ id }) => this.refused.includes(id))) throw new SqlError('22P02');
    const fates: RecordedPrediction[] = rows.map(({ id }) => {
      this.stored.add(id);
      return { id, outcome: 'recorded', response: null };
    });
    return { fates, waiting: rows.some(({ id }) => id === 'last') };
  }
}
