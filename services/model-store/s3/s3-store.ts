import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ModelStoreError, PreconditionFailedError } from '../errors.ts';
import { checkKey, checkPrefix } from '../keys.ts';
import type { ObjectStore, Precondition, StoredObject } from '../object-store.ts';
import type { Attempt } from './attempt.ts';
import { readBody } from './body.ts';
import { DEFAULT_LIMITS, type S3Limits, type S3StoreSettings, transferTime } from './s3.settings.ts';
import { type CallName, callS3, type Outcome } from './s3-calls.ts';
import { s3Client } from './s3-client.ts';

/** Each conditional write has a mark of its own, by which it is known again when its answer was lost. */
const MARK = 'hundredfold-write';

/**
 * A store in an S3 bucket, or a part of one below a prefix. Every call ends in bounded time; what may pass is tried
 * again. A conditional write whose answer was lost is recognised as our own by its mark, so that it neither fails for
 * having succeeded nor takes somebody else's equal bytes for its own.
 *
 * @throws ModelStoreError from every call: `store_unavailable` when S3 does not answer, `store_denied`,
 *   `store_bucket_unknown`, `store_region_wrong` or `store_full` when somebody has to do something, else `store_failed`
 */
export class S3Store implements ObjectStore {
  readonly #settings: S3StoreSettings;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #limits: S3Limits;
  #made: S3Client | null = null;

  constructor(settings: S3StoreSettings) {
    this.#settings = settings;
    this.#bucket = settings.bucket;
    this.#prefix = settings.prefix ?? '';
    checkPrefix(this.#prefix);
    this.#limits = { ...DEFAULT_LIMITS, ...settings.limits };
  }

  /** Made for the first call: a start does not wait for the client of a bucket that is asked for nothing. */
  get #client(): S3Client {
    this.#made ??= s3Client(this.#settings, this.#limits);
    return this.#made;
  }

  async get(key: string, condition?: { ifNoneMatch?: string }): Promise<StoredObject | 'unchanged' | null> {
    const tag = condition?.ifNoneMatch;
    const input = { ...this.#object(key), ...(tag === undefined ? {} : { IfNoneMatch: tag }) };
    const outcome = await this.#call('read', key, async (attempt) => {
      const answer = await this.#client.send(new GetObjectCommand(input), { abortSignal: attempt.signal });
      if (!(answer.Body instanceof Readable)) throw new Error('an answer without a body');
      const body = await readBody(answer.Body, answer.ContentLength, this.#limits, attempt);
      return { body, etag: tagOf(answer) };
    });
    if ('answer' in outcome) return outcome.answer;
    return outcome.means === 'unchanged' ? 'unchanged' : null;
  }

  async put(key: string, body: Uint8Array, precondition?: Precondition): Promise<{ etag: string }> {
    const mark = randomUUID();
    const input = {
      ...this.#object(key),
      Body: body,
      ...(precondition === undefined ? {} : { Metadata: { [MARK]: mark }, ...conditionOf(precondition) }),
    };
    const write = async ({ signal }: Attempt) => ({
      etag: tagOf(await this.#client.send(new PutObjectCommand(input), { abortSignal: signal })),
    });
    const outcome = await this.#call('write', key, write, transferTime(body.length));
    if ('answer' in outcome) return outcome.answer;
    const ours = outcome.uncertain ? await this.#markedWith(key, mark) : null;
    if (ours === null) throw new PreconditionFailedError(key);
    return ours;
  }

  async delete(key: string, condition?: { ifMatch?: string }): Promise<void> {
    const tag = condition?.ifMatch;
    const input = { ...this.#object(key), ...(tag === undefined ? {} : { IfMatch: tag }) };
    const outcome = await this.#call('delete', key, ({ signal }) =>
      this.#client.send(new DeleteObjectCommand(input), { abortSignal: signal }),
    );
    if ('means' in outcome && outcome.means === 'precondition') throw new PreconditionFailedError(key);
  }

  async *list(prefix: string): AsyncGenerator<string> {
    checkPrefix(prefix);
    for (let token: string | undefined; ; ) {
      const page = await this.#page(prefix, token);
      for (const { Key } of page.Contents ?? []) {
        // A server that keeps folders as objects may name one.
        if (Key !== undefined && !Key.endsWith('/')) yield Key.slice(this.#prefix.length);
      }
      if (page.IsTruncated !== true || page.NextContinuationToken === undefined) return;
      token = page.NextContinuationToken;
    }
  }

  /** Closes its connections. */
  close(): void {
    this.#made?.destroy();
  }

  async #page(prefix: string, token: string | undefined): Promise<ListObjectsV2CommandOutput> {
    const input = { Bucket: this.#bucket, Prefix: this.#prefix + prefix };
    const page = token === undefined ? input : { ...input, ContinuationToken: token };
    const outcome = await this.#call('list', prefix, ({ signal }) =>
      this.#client.send(new ListObjectsV2Command(page), { abortSignal: signal }),
    );
    if ('answer' in outcome) return outcome.answer;
    throw new ModelStoreError('store_failed', `Could not list ${this.#place(prefix)}: there is no list.`);
  }

  /** The object's tag when it is the one that was written under this mark. */
  async #markedWith(key: string, mark: string): Promise<{ etag: string } | null> {
    const input = this.#object(key);
    const outcome = await this.#call('read', key, ({ signal }) =>
      this.#client.send(new HeadObjectCommand(input), { abortSignal: signal }),
    );
    if (!('answer' in outcome) || outcome.answer.Metadata?.[MARK] !== mark) return null;
    return { etag: tagOf(outcome.answer) };
  }

  /** @param longer milliseconds that an answer, and all of them, may take beside the usual ones */
  #call<T>(
    what: CallName['what'],
    key: string,
    work: (attempt: Attempt) => Promise<T>,
    longer = 0,
  ): Promise<Outcome<T>> {
    const { answer, operation, attempts } = this.#limits;
    const limits = { attempts, operation: operation + longer };
    return callS3({ what, place: this.#place(key) }, limits, (attempt) => {
      attempt.expect('answer', answer + longer);
      return work(attempt);
    });
  }

  #object(key: string): { Bucket: string; Key: string } {
    checkKey(key);
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  #place(key: string): string {
    return `s3://${this.#bucket}/${this.#prefix}${key}`;
  }
}

function conditionOf(precondition: Precondition): { IfNoneMatch: string } | { IfMatch: string } {
  return 'ifNoneMatch' in precondition
    ? { IfNoneMatch: precondition.ifNoneMatch }
    : { IfMatch: precondition.ifMatch };
}

function tagOf({ ETag }: { ETag?: string | undefined }): string {
  if (ETag === undefined) throw new Error('an answer without a tag');
  return ETag;
}
