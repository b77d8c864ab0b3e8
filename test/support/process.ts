import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, MARK, processesMarked } from './running-processes.ts';

export interface ProcessOptions {
  readonly command: string;
  readonly args?: readonly string[];
  /** The repository, unless told otherwise. */
  readonly cwd?: string;
  /** Beside what we have ourselves; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export const REPOSITORY = new URL('../..', import.meta.url).pathname;

/** A real child process in a process group of its own, with everything that it starts in turn. */
export class StartedProcess {
  readonly exited: Promise<Ended>;
  /** When it has exited and everything that it wrote was read: `output` may be short of the last lines before. */
  readonly closed: Promise<Ended>;
  /** What each of its descendants has in its environment as `HUNDREDFOLD_TEST_MARK`. */
  readonly mark: string = randomUUID();
  readonly #child: ChildProcess;
  #output = '';
  #ended = false;

  constructor({ command, args = [], cwd = REPOSITORY, env = {} }: ProcessOptions) {
    this.#child = spawn(command, [...args], {
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: undefined, JEST_WORKER_ID: undefined, ...env, [MARK]: this.mark },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', (code, signal) => {
        this.#ended = true;
        resolve({ code, signal });
      });
    });
    this.exited.catch(() => {});
    this.closed = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
    this.closed.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Everything that was written to either stream so far. */
  get output(): string {
    return this.#output;
  }

  /**
   * The first line that matches, as soon as it is written.
   * @throws Error with all of the output when the process ends, or the time does, before.
   */
  async waitForLine(pattern: RegExp, milliseconds = 20_000): Promise<RegExpExecArray> {
    for (const deadline = Date.now() + milliseconds; ; await sleep(10)) {
      const ended = this.#ended;
      for (const line of this.#output.split('\n').slice(0, ended ? undefined : -1)) {
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      if (ended) throw new Error(`ended without a line like ${pattern}:\n${this.#output}`);
      if (Date.now() > deadline) throw new Error(`no line like ${pattern} in time:\n${this.#output}`);
    }
  }

  /** To this process alone. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** To its whole process group, as a terminal's Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** The processes of the tree that still run, itself included. */
  tree(): Promise<number[]> {
    return processesMarked(this.mark);
  }

  /**
   * Waits up to `milliseconds` for the whole tree to be gone.
   * @throws Error naming the processes that are left.
   */
  async assertClean(milliseconds = 1_000): Promise<void> {
    for (const deadline = Date.now() + milliseconds; ; await sleep(20)) {
      const left = await this.tree();
      if (left.length === 0) return;
      if (Date.now() > deadline) {
        throw new Error(`still running:\n${(await Promise.all(left.map(commandOf))).join('\n')}`);
      }
    }
  }

  /** Ends the whole tree by force, for the end of a test. Its number is nobody's afterwards. */
  async kill(): Promise<void> {
    for (let left = await this.tree(); left.length > 0; left = await this.tree()) {
      for (const pid of left) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // Ended since it was listed.
        }
      }
      await sleep(20);
    }
    await this.exited.catch(() => {});
  }
}

/** Starts a real child process; see {@link StartedProcess}. */
export function startProcess(options: ProcessOptions): StartedProcess {
  return new StartedProcess(options);
}
