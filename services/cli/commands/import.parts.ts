import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Call } from '../api/client.ts';
import { RefusalError } from '../api/refusal.ts';
import {
  FileUnreadableError,
  ServerUnreachableError,
  TimedOutError,
  UnexpectedAnswerError,
} from '../errors.ts';
import type { ImportFile } from '../files/import-file.ts';
import { plainText } from '../files/plain-text.ts';
import { MEDIA_TYPES, type RowFormat } from '../files/row-format.ts';
import { cut, type FilePart } from '../parts/cut.ts';
import { expectUtf8 } from '../parts/utf8.ts';
import type { Session } from '../session.ts';
import { Progress } from '../terminal/progress.ts';

/**
 * Tries of one request, and milliseconds before the second; before each other, twice as long as before the last, up to
 * the longest: 35 s in all, in which a paused Aurora wakes up.
 */
const TRIES = 8;
const PAUSE = 500;
const LONGEST = 10_000;
/** How often the parts that are missing may be asked for: after the first time, something else takes them away. */
const ROUNDS = 5;
/** Seconds that the closing call is waited for: it makes examples of all rows. */
const CLOSING = 290;

/** A file, and how it is to be imported. */
export interface Import {
  readonly session: Session;
  readonly predictor: string;
  readonly file: ImportFile;
  readonly format: RowFormat;
  readonly train: boolean;
  /** What the rows are read with, as the query says it. */
  readonly reading: Readonly<Record<string, string>>;
}

/**
 * Imports a file in parts, each under a key of its own, and closes the import. What an earlier run sent is not sent again:
 * the closing call, made first, names what is missing.
 * @throws as `Api.call` does, and FileUnreadableError where a JSON file is no list or the file changes meanwhile
 */
export async function importInParts(parted: Import): Promise<Answer> {
  const { session } = parted;
  const progress = new Progress(session.terminal.err);
  try {
    const hashes: string[] = [];
    for await (const part of partsOf(parted)) {
      expectUtf8(part);
      hashes.push(hashOf(part));
    }
    for (let round = 1; ; round++) {
      const closed = await close(parted, hashes.length, progress);
      if ('answer' in closed) return closed.answer;
      if (round > ROUNDS) throw closed.refusal;
      await sendParts(parted, hashes, closed.missing, progress);
    }
  } finally {
    progress.end();
  }
}

/** Of the file as text, whatever it is packed or written in. */
function partsOf({ file, format, reading }: Import): AsyncGenerator<FilePart> {
  return cut(plainText(file.content()), format, reading.separator);
}

/** What a call says that makes examples of a file's rows. */
export function importQuery({ file, reading, train }: Import): Record<string, string> {
  return {
    ...reading,
    ...(train ? {} : { train: 'false' }),
    ...(file.baseName === null ? {} : { file: file.baseName }),
  };
}

type Closed =
  | { readonly answer: Answer }
  | { readonly refusal: RefusalError; readonly missing: (part: number) => boolean };

async function close(parted: Import, parts: number, progress: Progress): Promise<Closed> {
  const query = { ...importQuery(parted), parts: String(parts) };
  try {
    progress.say('asking for what is missing, or storing the rows …');
    return { answer: await send(parted, { query, body: '' }, parted.file.sha256, progress, CLOSING) };
  } catch (error) {
    if (error instanceof RefusalError && error.code === 'import_incomplete') {
      return { refusal: error, missing: missingParts(error) };
    }
    throw error;
  }
}

/** `hashes` are those of the parts: what has changed since is not sent under the key of the file as it was. */
async function sendParts(
  parted: Import,
  hashes: readonly string[],
  missing: (part: number) => boolean,
  progress: Progress,
): Promise<void> {
  const { file } = parted;
  let number = 0;
  let done = 0;
  for await (const part of partsOf(parted)) {
    if (hashOf(part) !== hashes[number]) throw new FileUnreadableError('The file changed while it was read.');
    number++;
    if (missing(number)) await sendPart(parted, number, hashes.length, part, progress);
    // Each part of a CSV file has the header, and a packed one is longer unpacked: all together are longer than the file.
    done += part.body.length;
    progress.sent(Math.min(done, file.size), file.size);
  }
}

async function sendPart(
  parted: Import,
  number: number,
  parts: number,
  { body, before }: FilePart,
  progress: Progress,
): Promise<void> {
  const query = { ...parted.reading, part: String(number), parts: String(parts), before: String(before) };
  await send(parted, { query, body }, `${parted.file.sha256}:${number}`, progress);
}

function hashOf({ body }: FilePart): string {
  return createHash('sha256').update(body).digest('base64');
}

/** Sends one request, and again while the server is busy or the network broken: under its key it is carried out once. */
async function send(
  { session, predictor, format }: Import,
  call: Pick<Call, 'query' | 'body'>,
  key: string,
  progress: Progress,
  timeout = session.api.settings.timeout,
): Promise<Answer> {
  const headers = { 'content-type': MEDIA_TYPES[format], 'idempotency-key': key };
  const path = ['predictors', predictor, 'examples'];
  for (let tried = 1; ; tried++) {
    try {
      return await session.api.call({ method: 'POST', path, headers, timeout, ...call });
    } catch (error) {
      if (tried === TRIES || !mayPass(error)) throw error;
      const asked = error instanceof RefusalError ? (error.retryAfter ?? 0) * 1000 : 0;
      progress.say(`${error instanceof Error ? error.message : ''} Trying again …`);
      await sleep(Math.max(asked, Math.min(LONGEST, PAUSE * 2 ** (tried - 1))));
    }
  }
}

/** May the same request be answered if it is sent again: the way there is broken, or the server busy? */
function mayPass(error: unknown): boolean {
  if (error instanceof RefusalError) return error.status === 429 || error.status >= 500;
  return error instanceof ServerUnreachableError || error instanceof TimedOutError;
}

/** Reads `errors` of `import_incomplete`: the numbers of parts, `7`, and of ranges of them, `9-12`. */
function missingParts(refusal: RefusalError): (part: number) => boolean {
  const ranges = refusal.fields.map(({ field }) => {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(field) ?? [];
    if (from === undefined) throw new UnexpectedAnswerError(`The answer names no part: "${field}".`);
    return { from: Number(from), to: Number(to) };
  });
  return (part) => ranges.some(({ from, to }) => from <= part && part <= to);
}
