import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresError } from '../local.error.ts';
import type { Account } from './account.ts';
import type { BoundedLog } from './bounded-log.ts';
import { isReady } from './cluster-processes.ts';

/** How a server ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cluster: string;
  readonly account: Account | null;
}

/** Recovery after a power cut may read a whole WAL; a server that takes longer than this hangs. */
const START_LIMIT = 120_000;

/** One postmaster, from its start to its end. */
export class ServerProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #cluster: string;
  readonly #log: BoundedLog;
  #spawnError: Error | null = null;
  #running = true;

  constructor(command: ServerCommand, log: BoundedLog) {
    this.#cluster = command.cluster;
    this.#log = log;
    this.#child = spawn(command.program, [...command.args], {
      cwd: command.cluster,
      // Its own process group: Ctrl-C in a terminal reaches everybody in ours, and we want to answer first.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...command.account,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => log.write(text));
    }
    const lastResort = () => this.#child.kill('SIGINT');
    process.once('exit', lastResort);
    this.exited = new Promise((resolve) => {
      const end = (exit: Exit) => {
        this.#running = false;
        process.removeListener('exit', lastResort);
        resolve(exit);
      };
      this.#child.once('exit', (code, signal) => end({ code, signal }));
      this.#child.once('error', (error) => {
        this.#spawnError = error;
        end({ code: null, signal: null });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /**
   * Resolves when connections are taken.
   * @throws PostgresError postgres_failed_to_start with the server's last words when it ends first or hangs.
   */
  async ready(): Promise<void> {
    const deadline = Date.now() + START_LIMIT;
    while (this.#running && Date.now() < deadline) {
      if (await isReady(this.#cluster, this.pid)) return;
      await Promise.race([this.exited, sleep(10)]);
    }
    if (this.#running) await this.stop();
    const { code, signal } = await this.exited;
    const words = this.#spawnError?.message ?? this.#log.lastLines().join('\n');
    throw new PostgresError(
      'postgres_failed_to_start',
      `PostgreSQL ended with ${signal ?? `exit code ${code}`} before it was ready:\n${words}`,
      { cause: this.#spawnError },
    );
  }

  /** Ends it: with SIGINT (clients are disconnected, everything written), after 4 s SIGQUIT, after 6 s by force. */
  async stop(): Promise<Exit> {
    for (const [signal, patience] of STEPS) {
      if (!this.#running) break;
      this.#child.kill(signal);
      const timer = new AbortController();
      await Promise.race([this.exited, sleep(patience, undefined, { signal: timer.signal }).catch(() => {})]);
      timer.abort();
    }
    return this.exited;
  }
}

const STEPS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 4_000],
  ['SIGQUIT', 2_000],
  ['SIGKILL', 1_000],
];
