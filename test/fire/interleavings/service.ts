import type { FastifyInstance } from 'fastify';
import { openDatabase } from '../../../database/index.ts';
import type { ObjectStore } from '../../../services/model-store/index.ts';
import { buildApp } from '../../../services/predict/service/app.ts';
import { Champions } from '../../../services/serving/champions.ts';
import { Gate } from './gate.ts';
import { Wire } from './wire.ts';

/** An answer, or null where nobody was left to give one. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly body: any;
}

/** Short enough for a test, long enough for a busy machine: a statement takes 1 to 5 ms. */
const SETTINGS = { recordingBudget: 250, databaseTimeout: 400, docs: false };

/** A process that answers HTTP: an application with a pool, a cache of champions and a wire to PostgreSQL of its own. */
export class Service {
  readonly wire: Wire;
  readonly #champions: Champions;
  /** What went to the log. */
  readonly logged: string[] = [];
  readonly #app: FastifyInstance;
  readonly #close: () => Promise<void>;
  readonly #gate: Gate;

  private constructor(wire: Wire, store: ObjectStore) {
    this.wire = wire;
    this.#gate = new Gate(null);
    const own = this.#gate.around(store);
    const database = openDatabase({ connectionString: wire.connectionString, connections: 6 });
    this.#champions = new Champions({ store: own });
    const log = { error: (what: string, error: unknown) => this.logged.push(`${what}: ${String(error)}`) };
    this.#app = buildApp({ database, store: own, champions: this.#champions, settings: SETTINGS, log });
    this.#close = async () => {
      await this.#app.close();
      await database.close();
    };
  }

  static async start(connectionString: string, store: ObjectStore): Promise<Service> {
    const service = new Service(await Wire.open(connectionString), store);
    await service.#app.ready();
    return service;
  }

  async call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: object,
    key?: string,
  ): Promise<Answer | null> {
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const { statusCode, body: text } = await this.#app.inject({ method, url, headers, ...payload });
    if (this.#gate.isDead) return null;
    const why = statusCode === 500 ? { logged: this.logged.at(-1) } : {};
    return { status: statusCode, body: { ...JSON.parse(text), ...why } };
  }

  /** Looks at the predictor's pointer, as it does every few seconds. */
  async look(predictor: string): Promise<void> {
    await this.#champions.refresh(predictor).catch((error: unknown) => {
      if (!this.#gate.isDead) throw error;
    });
  }

  /** As kill -9: nothing that it began has any effect on the store, and the database loses its connections. */
  crash(): void {
    this.#gate.kill();
    this.wire.set('cut');
  }

  async stop(): Promise<void> {
    await this.#close();
    await this.wire.close();
  }
}
