import { type Database, isUnavailable } from '../../../database/index.ts';
import { type DispatchMark, DispatchMarks, type ObjectStore, Spool } from '../../model-store/index.ts';
import type { Log } from '../../observability/log.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { showAside } from '../../recording/aside.ts';
import { drainSpool } from '../../recording/drain-spool.ts';
import { isDatabasesFault, isFaultOfAllRows } from '../../recording/fault.ts';
import { type UpkeepStep, upkeepSteps } from '../steps.ts';
import { Daily } from './daily.ts';
import type { InvokeTrain } from './invoke-train.ts';
import { sendWork } from './send-work.ts';
import { showSpool } from './spool-depth.ts';

export interface SweepOptions {
  readonly database: Database;
  readonly models: ObjectStore;
  readonly spool: ObjectStore;
  /** For what the database cannot send itself, and for the daily pruning. */
  readonly invoke: InvokeTrain;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** What a sweep did. */
export interface SweepReport {
  /** Was the database asked anything? */
  readonly woke: boolean;
  readonly drained: number;
  /** Steps that failed, by name; the next sweep does them again. */
  readonly problems: readonly string[];
}

/** How long one answer of the database may take, a paused one's resuming included. */
const PATIENCE_MS = 60_000;

/**
 * The regular round on AWS, where nothing runs all the time. It looks at the bucket alone: at the spool and the marker of a
 * dispatch. Only where it finds one, and once a day, it wakes the database: records what was spooled, puts back the
 * trainings that died, sends what is pending, forgets old idempotency keys, brings pointers and API keys in line.
 */
export class SweepRound {
  readonly #options: SweepOptions;
  readonly #spool: Spool;
  readonly #marks: DispatchMarks;
  readonly #daily: Daily;
  readonly #database: Database;
  readonly #now: () => number;

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#spool = new Spool(options.spool);
    this.#marks = new DispatchMarks(options.spool);
    this.#daily = new Daily(options.spool);
    this.#database = options.database.within(PATIENCE_MS);
    this.#now = options.now ?? Date.now;
  }

  /**
   * One round; `isLate` says that no more should be begun. Its errors are logged and counted, never thrown: the next round
   * tries again.
   */
  async once(isLate: () => boolean = () => false): Promise<SweepReport> {
    const { log, metrics } = this.#options;
    const problems: string[] = [];
    let isAway = false;
    const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | null> => {
      try {
        return await work();
      } catch (error) {
        isAway ||= isUnavailable(error);
        problems.push(what);
        metrics.add('hundredfold_sweep_problems_total');
        log.error(`sweep: ${what} failed; the next sweep tries again`, error);
        return null;
      }
    };
    const now = this.#now();
    // Looked at before the database is asked: what is put after this look is not ours to remove.
    const mark = await attempt('marker', () => this.#marks.look());
    const isDaily = (await attempt('daily', () => this.#daily.isDue(now))) ?? false;
    const drained = await attempt('spool', () => this.#drain(isLate));
    const recorded = (drained?.drained ?? 0) + (drained?.refused ?? 0);
    const woke = recorded > 0 || isDaily || isDue(mark, now);
    if (!woke) metrics.set('hundredfold_pending_oldest_seconds', 0);
    const steps: readonly Pick<UpkeepStep, 'name' | 'work'>[] = [
      { name: 'dispatch', work: () => this.#dispatch(mark) },
      ...upkeepSteps(this.#database, this.#options.models, isLate),
      { name: 'pruning', work: () => this.#pruneDeleted() },
      ...(isDaily ? [{ name: 'daily', work: () => this.#everyDay(now) }] : []),
    ];
    for (const { name, work } of woke ? steps : []) {
      // A database that is away was waited for once.
      if (!isAway) await attempt(name, work);
    }
    await attempt('spool gauges', () => this.#showSpool(drained !== null && !isLate(), now));
    await attempt('aside gauge', () => showAside(this.#spool, metrics));
    return { woke, drained: recorded, problems };
  }

  async #drain(isStopped: () => boolean) {
    const { metrics, log } = this.#options;
    const { predictions } = this.#database;
    try {
      return await drainSpool({ spool: this.#spool, predictions, metrics, log, isStopped });
    } catch (error) {
      const refuses = isDatabasesFault(error) && !isFaultOfAllRows(error);
      if (refuses) metrics.add('hundredfold_recording_faults_total');
      throw error;
    }
  }

  async #dispatch(before: DispatchMark | null): Promise<void> {
    const { invoke, metrics, log } = this.#options;
    const { work, retrainings, reproductions } = this.#database;
    if (before === null && (await work.left()).pending) await this.#marks.put();
    const { failed, unsent } = await retrainings.sweep();
    metrics.add('hundredfold_retrainings_failed_total', failed);
    if (unsent) this.#sayUnsent(await retrainings.lastError());
    await reproductions.dispatch();
    const { problem } = await sendWork(this.#database, invoke);
    if (problem !== null) {
      metrics.add('hundredfold_dispatch_failures_total');
      log.error('the train function could not be invoked', problem);
    }
    const seen = await this.#marks.look();
    const left = await work.left();
    metrics.set('hundredfold_pending_oldest_seconds', left.waitingSeconds);
    await this.#marks.settle(seen, left);
  }

  /**
   * The database could not invoke the train function, and this sweep does. Where that goes on nobody would notice: retrainings
   * begin some minutes later, and its way to Lambda is paid for all the same.
   */
  #sayUnsent(why: string | null): void {
    const { log, metrics } = this.#options;
    metrics.add('hundredfold_database_invocations_failed_total');
    log.error(
      'the database could not invoke the train function (aws_lambda): the sweep does. If this comes again, see to the endpoint of Lambda and the role of the database, or set invokeFromDatabase to false and save what the endpoint costs',
      new Error(why ?? 'it did not say why'),
    );
  }

  /** What was deleted left objects in the store: the train function removes them. */
  async #pruneDeleted(): Promise<void> {
    if ((await this.#database.removals.unpruned(0)).length > 0) await this.#options.invoke({ prune: true });
  }

  /** What was looked through to its end, and read, is empty. */
  async #showSpool(isDrained: boolean, now: number): Promise<void> {
    const { metrics } = this.#options;
    if (!isDrained || this.#spool.unreadable.size > 0) return showSpool(this.#spool, metrics, now);
    metrics.set('hundredfold_spool_objects', 0);
    metrics.set('hundredfold_spool_oldest_seconds', 0);
  }

  async #everyDay(now: number): Promise<void> {
    try {
      await this.#options.invoke({ prune: true });
    } finally {
      // Whatever became of it: a fault that stays must not wake the database with every sweep.
      await this.#daily.done(now);
    }
  }
}

function isDue(mark: DispatchMark | null, now: number): boolean {
  return mark !== null && (mark.notBefore === null || mark.notBefore <= now);
}
