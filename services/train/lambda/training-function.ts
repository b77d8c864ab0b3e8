import {
  type Claim,
  type Database,
  type DatabaseOptions,
  isUnavailable,
  LeaseLostError,
} from '../../../database/index.ts';
import { type DispatchMarks, type ObjectStore, writePointer } from '../../model-store/index.ts';
import type { Log } from '../../observability/log.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { progressLines } from '../progress-lines.ts';
import { prune } from '../prune.ts';
import { breathing } from '../queue/breathe.ts';
import { sendNext } from '../queue/chain.ts';
import { reproduce } from '../reproduce.ts';
import { type RetrainOptions, type RetrainReport, retrain } from '../retrain.ts';
import { type Asked, readEvents, type TrainEvent } from './event.ts';
import { untilItAnswers } from './patience.ts';
import { clockOf, type InvocationClock } from './time.ts';

export interface TrainingFunctionOptions {
  readonly database: Database;
  /** The same once more, for the thread that renews the lease. */
  readonly renewFrom: DatabaseOptions;
  readonly models: ObjectStore;
  readonly marks: DispatchMarks;
  readonly codeVersion: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly leaseSeconds?: number;
  /** How long a database that is away is waited for, in milliseconds. */
  readonly patience?: number;
}

/** What an invocation answers: of a queue's records, those that are to come again. */
export interface TrainingAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const LEASE_SECONDS = 60;
/** Aurora takes more than half a minute to wake where it slept for a day. */
const PATIENCE_MS = 120_000;
/** Times that one event is begun anew, since the database went away in the middle. */
const TRIES = 3;

/** The train function without Lambda around it: carries out what events ask for, one after another. */
export class TrainingFunction {
  readonly #options: TrainingFunctionOptions;

  constructor(options: TrainingFunctionOptions) {
    this.#options = options;
  }

  /**
   * Works off what an invocation brought. `remainingMs` says how much time is left until it is cut off. An event that
   * cannot be read, asks for what is done, or belongs to another trainer ends with a line of the log: coming again would
   * change nothing. Events of a queue that are to come again are named in the answer.
   * @throws for other events what the database or the store said where it stayed away: Lambda tries again later
   */
  async handle(given: unknown, remainingMs: () => number): Promise<TrainingAnswer> {
    const again: string[] = [];
    let thrown: unknown = null;
    const clock = clockOf(remainingMs);
    for (const asked of readEvents(given)) {
      try {
        await this.#work(asked, clock);
      } catch (error) {
        this.#options.log.error('the event is to come again', error);
        if (asked.messageId === null) thrown ??= error;
        else again.push(asked.messageId);
      }
      clock.next();
    }
    if (thrown !== null) throw thrown;
    return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
  }

  async #work({ event, problem }: Asked, clock: InvocationClock): Promise<void> {
    const { log, metrics } = this.#options;
    if (event === null) {
      metrics.add('hundredfold_train_events_refused_total');
      log.error(`an event cannot be read and is dropped; it is ${problem}`);
      return;
    }
    for (let tries = 1; ; tries++) {
      if (!clock.hasTime) {
        log.info('no time is left for this event; what it asks for stays pending', { ...event });
        return;
      }
      let claim: Pick<Claim, 'id' | 'token'> | null = null;
      try {
        await this.#carryOut(event, clock, (claimed) => {
          claim = claimed;
        });
        return;
      } catch (error) {
        if (error instanceof LeaseLostError) return this.#lost(event, clock);
        if (!isUnavailable(error) || tries === TRIES) throw error;
        log.error('the database went away; the event is begun anew once it answers', error);
        await this.#recover(claim, clock);
      }
    }
  }

  #lost(event: TrainEvent, clock: InvocationClock): void {
    const { log, metrics } = this.#options;
    if (!clock.isOver) {
      log.info(`another trainer has taken over: ${JSON.stringify(event)}`);
      return;
    }
    metrics.add('hundredfold_retrainings_failed_total');
    log.error(
      `the time was up in the middle of a step, and the training ended as failed: ${JSON.stringify(event)}`,
    );
  }

  /** Waits for the database, and ends the lease that was left in it, so that nobody waits for it to run out. */
  async #recover(claim: Pick<Claim, 'id' | 'token'> | null, clock: InvocationClock): Promise<void> {
    const { database, patience = PATIENCE_MS } = this.#options;
    await untilItAnswers(database, Math.min(Date.now() + patience, clock.until));
    if (claim !== null) await database.training.abandon(claim);
  }

  async #carryOut(event: TrainEvent, clock: InvocationClock, onClaim: (claim: Claim) => void): Promise<void> {
    const { log, metrics } = this.#options;
    if ('prune' in event) return this.#prune();
    const { predictor } = event;
    const options = { ...this.#training(predictor, clock), onClaim };
    if ('reproduction' in event) {
      const report = await reproduce(event.reproduction, options);
      if (report === null) return this.#nothing(event);
      log.info(`model ${report.model} of ${predictor}: ${report.reason}`, { predictor, equal: report.equal });
    } else {
      const began = performance.now();
      const report = await retrain(predictor, options);
      if (report === null) return this.#nothing(event);
      const seconds = (performance.now() - began) / 1000;
      metrics.observe('hundredfold_retraining_seconds', seconds);
      metrics.add('hundredfold_retrainings_finished_total', 1, { verdict: report.verdict });
      if (report.verdict === 'failed') metrics.add('hundredfold_retrainings_failed_total');
      const { retraining, verdict, model } = report;
      log.info(sentence(report), { retraining, predictor, verdict, model, seconds });
    }
    await sendNext(this.#options);
  }

  #training(predictor: string, clock: InvocationClock): RetrainOptions {
    const { database, models, codeVersion, renewFrom, log, leaseSeconds = LEASE_SECONDS } = this.#options;
    return {
      database,
      store: models,
      codeVersion,
      leaseSeconds,
      renewFrom,
      timeLimit: clock.limit(),
      // Connections that were closed while the fit kept the process busy are noticed between its steps, not by a call.
      pause: breathing(),
      report: progressLines(log, predictor),
    };
  }

  async #prune(): Promise<void> {
    const { database, models, log } = this.#options;
    const { pruned, removed } = await prune({ database, store: models });
    log.info('old models were pruned', { pruned: pruned.length, removed });
  }

  /** Late, twice, or for what is gone: or after a death between the verdict and the pointer, which is written here. */
  async #nothing(event: Exclude<TrainEvent, { prune: true }>): Promise<void> {
    const { database, models, log } = this.#options;
    const { predictor } = event;
    const state = await database.predictors.state(predictor);
    if (state !== null) await writePointer(models, state);
    const why =
      state === null
        ? `there is no predictor ${predictor}`
        : (await database.retrainings.trainingIsOn())
          ? 'it is done, held back, given back, or another trainer is at it'
          : 'training is switched off';
    log.info(`nothing to do for ${predictor}: ${why}`, { ...event });
  }
}

function sentence({ predictor, retraining, verdict, reason, model }: RetrainReport): string {
  const made = model === null ? '' : `, model ${model}`;
  return `retraining ${retraining} of ${predictor}: ${verdict}${made}. ${reason}`;
}
