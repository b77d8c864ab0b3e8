import { rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { migrate } from '../../database/migrate.ts';
import { processesIn } from '../../services/local/postgres/cluster-processes.ts';
import { type RunningPostgres, startPostgres } from '../../services/local/postgres/start.ts';
import { temporaryFolder } from './folder.ts';

/** A PostgreSQL of one test's own, which may be put to sleep, stopped and started again under one address. */
export class OwnPostgres {
  readonly connectionString: string;
  readonly #cluster: string;
  readonly #socket: string;
  readonly #remove: () => Promise<void>;
  #server: RunningPostgres | null = null;

  private constructor(folder: string, remove: () => Promise<void>) {
    this.#cluster = path.join(folder, 'postgres');
    this.#remove = remove;
    this.#socket = path.join(folder, 'socket');
    this.connectionString = `postgresql://hundredfold@${encodeURIComponent(this.#socket)}/hundredfold`;
  }

  /** Started and migrated. */
  static async start(): Promise<OwnPostgres> {
    const { path: folder, remove } = await temporaryFolder();
    const postgres = new OwnPostgres(folder, remove);
    await postgres.start();
    await migrate({ connectionString: postgres.connectionString });
    return postgres;
  }

  /** Takes connections, under the same address as before. */
  async start(): Promise<void> {
    if (this.#server !== null) return;
    this.#server = await startPostgres({ folder: this.#cluster, durable: false });
    const socket = socketOf(this.#server.connectionString);
    await rm(this.#socket, { force: true });
    await symlink(socket, this.#socket);
  }

  /** Refuses connections from now on, and ends those that there are. */
  async refuse(): Promise<void> {
    await this.#server?.stop();
    this.#server = null;
  }

  /** All of its processes stand still: connections are taken by the system, and nobody answers. */
  async sleep(): Promise<void> {
    await this.#signal('SIGSTOP');
  }

  async wake(): Promise<void> {
    await this.#signal('SIGCONT');
  }

  async remove(): Promise<void> {
    await this.wake();
    await this.refuse();
    await this.#remove();
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    for (const pid of await processesIn(this.#cluster)) process.kill(pid, signal);
  }
}

function socketOf(connectionString: string): string {
  return decodeURIComponent(/@([^/]+)\//.exec(connectionString)?.[1] ?? '');
}
