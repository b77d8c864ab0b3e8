import { setTimeout as sleep } from 'node:timers/promises';
import type { NewPrediction, RecordedPrediction } from '../../../database/index.ts';

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
  /** How long a statement takes, in milliseconds. */
  takes = 5;
  /** What every statement throws, after that time. */
  fault: unknown = null;

  constructor(refused: readonly string[] = []) {
    this.refused = refused;
  }

  async record(rows: readonly NewPrediction[]) {
    this.statements.push(rows.map(({ id }) => id));
    await sleep(this.takes);
    if (this.fault !== null) throw this.fault;
    if (rows.some(({ id }) => this.refused.includes(id))) throw new SqlError('22P02');
    const fates: RecordedPrediction[] = rows.map(({ id }) => {
      this.stored.add(id);
      return { id, outcome: 'recorded', response: null };
    });
    return { fates, waiting: rows.some(({ id }) => id === 'last') };
  }
}
