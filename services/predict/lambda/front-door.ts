import awsLambdaFastify from '@fastify/aws-lambda';
import { Problem } from '../../api/problem.ts';
import type { Log, LogFields } from '../../observability/log.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Tracer } from '../../observability/tracer.ts';
import { inTime } from '../../waiting/in-time.ts';
import { corsHeaders } from '../http/cors.ts';
import { toProblem } from '../http/to-problem.ts';
import type { Service } from '../service/open-service.ts';
import { type LambdaAnswer, problemAnswer, sendable } from './answer.ts';
import { EventError, type HttpEvent } from './http-event.ts';
import type { Looks } from './looks.ts';
import { originOf, readEvent } from './read-event.ts';

/** What Lambda says of a call, as far as it is needed here. */
export interface CallContext {
  readonly awsRequestId?: string;
  getRemainingTimeInMillis?(): number;
}

export interface FrontDoorOptions {
  readonly service: Pick<Service, 'app'>;
  /** What is looked at again while requests come. */
  readonly looks: Looks;
  /** The header that carries the identity which API Gateway has checked; what a client sends under it is thrown away. */
  readonly identityHeader: string;
  /** Pages of these origins may read what the door answers by itself, too. */
  readonly corsOrigins: readonly string[];
  /** Milliseconds kept before the function's end. */
  readonly margin: number;
  readonly log: CallLog;
  /** Written at the end of each call. */
  readonly metrics: Pick<Metrics, 'add'> & { flush(): void };
  readonly tracer: Tracer;
}

/** A log that is told when a call begins. */
export interface CallLog extends Log {
  begin(fields: LogFields): void;
}

/** What runs beside an answer and must not be cut by the freeze after it may take so long, in milliseconds. */
const AFTER_MS = 6_000;
/** A function that is called without a context (a test of somebody's) has so long. */
const NO_LIMIT_MS = 28_000;

/** Answers API Gateway's events with the service. After each answer nothing is left under way that a freeze would break. */
export class FrontDoor {
  readonly #options: FrontDoorOptions;
  readonly #origins: ReadonlySet<string>;
  #isFirst = true;
  readonly #proxy: (event: HttpEvent, context: object) => Promise<LambdaAnswer>;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
    this.#origins = new Set(options.corsOrigins);
    const proxy = awsLambdaFastify<HttpEvent>(options.service.app, {
      decorateRequest: false,
      parseCommaSeparatedQueryParams: false,
      enforceBase64: ({ headers }) => !isText(String(headers['content-type'] ?? 'text/plain')),
    });
    // Its types ask for all of Lambda's context, of which it uses nothing.
    this.#proxy = (event, context) => Reflect.apply(proxy, null, [event, context]);
  }

  /** Answers a call; never throws for what a client sent. */
  async answer(event: unknown, context: CallContext): Promise<LambdaAnswer> {
    const { service, looks, log, metrics, tracer, margin } = this.#options;
    const until = performance.now() + (context.getRemainingTimeInMillis?.() ?? NO_LIMIT_MS) - margin;
    const left = () => Math.max(0, until - performance.now());
    log.begin({ invocation: context.awsRequestId });
    if (this.#isFirst) metrics.add('hundredfold_cold_starts_total');
    this.#isFirst = false;
    try {
      const { background } = service.app;
      const looking = looks.begin();
      const answered = tracer.segment('answer', () => this.#answered(event));
      const answer = (await inTime(answered, left())) ?? this.#overdue(event);
      const after = looking.then(() => background.settled());
      await inTime(after, Math.min(AFTER_MS, left()));
      return answer;
    } finally {
      metrics.flush();
    }
  }

  #overdue(event: unknown): LambdaAnswer {
    const { log, metrics } = this.#options;
    metrics.add('hundredfold_errors_total');
    log.error('a call was cut: there was no answer before the function would have been stopped');
    const detail =
      'There was no answer in the time that a call has. Whether it was carried out is not known: send it again with the same Idempotency-Key.';
    return this.#refusal(new Problem('answer_overdue', detail), event);
  }

  async #answered(event: unknown): Promise<LambdaAnswer> {
    try {
      const { http, identity } = readEvent(event);
      const { identityHeader } = this.#options;
      delete http.headers[identityHeader];
      if (identity !== null) http.headers[identityHeader] = identity;
      const { headers, ...answer } = await this.#proxy(http, {});
      // Of the connection, which is API Gateway's.
      const { connection: _, ...sent } = headers;
      return sendable({ ...answer, headers: sent });
    } catch (error) {
      if (error instanceof EventError) {
        return this.#refusal(new Problem('request_unreadable', error.message), event);
      }
      const { log, metrics } = this.#options;
      metrics.add('hundredfold_errors_total');
      log.error('a call broke off before the service had it', error);
      return this.#refusal(toProblem(error), event);
    }
  }

  #refusal(problem: Problem, event: unknown): LambdaAnswer {
    return problemAnswer(problem, corsHeaders(this.#origins, originOf(event)));
  }
}

function isText(contentType: string): boolean {
  return /^(text\/|application\/([\w.-]+\+)?json|application\/x-ndjson|image\/svg)/.test(contentType);
}
