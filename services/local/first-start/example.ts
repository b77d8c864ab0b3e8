import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../examples/services/', import.meta.url));

/** The predictor that a first start applies, and what to ask it. */
export const EXAMPLE = { name: 'services', row: { query: 'dentis' } } as const;

/** Where our own server is, and the headers that have it let us in. */
export interface OwnServer {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How long a first start waits for the example's model before it says that it is ready all the same. */
const PATIENCE_MS = 60_000;

/**
 * On a data folder's first start: applies the example predictor, imports its rows and waits for its first model, all
 * through the API of `server`, as a user would. Later starts do nothing; `skip` makes this and later ones do nothing.
 * Returns whether the example was applied now. What goes wrong is reported: the server works without an example.
 */
export async function applyExample(
  server: OwnServer,
  dataFolder: string,
  skip: boolean,
  report: (line: string) => void,
): Promise<boolean> {
  const done = path.join(dataFolder, 'first-start');
  const before = await access(done).then(
    () => true,
    () => false,
  );
  if (before) return false;
  if (!skip) {
    try {
      await apply(server);
      report('Applied the example predictor; its first model is being trained …');
      await trained(server);
    } catch (error) {
      report(`The example could not be applied: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  }
  await writeFile(done, skip ? 'empty\n' : 'example\n');
  return !skip;
}

async function apply({ url, headers }: OwnServer): Promise<void> {
  const definition = await readFile(path.join(folder, 'predictor.json'), 'utf8');
  await call(`${url}/predictors/${EXAMPLE.name}`, 'PUT', 'application/json', definition, headers);
  const rows = path.join(folder, 'rows.csv');
  const { size } = await stat(rows);
  await call(
    `${url}/predictors/${EXAMPLE.name}/examples`,
    'POST',
    'text/csv',
    Readable.toWeb(createReadStream(rows)),
    {
      ...headers,
      'content-length': String(size),
      // The command's own key for this file: importing it again by hand imports nothing twice.
      'idempotency-key': createHash('sha256')
        .update(await readFile(rows))
        .digest('hex'),
    },
  );
}

async function trained({ url, headers }: OwnServer): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(50)) {
    const response = await fetch(`${url}/predictors/${EXAMPLE.name}`, { headers });
    const shown: unknown = await response.json();
    if (typeof shown === 'object' && shown !== null && 'champion' in shown && shown.champion !== null) return;
  }
  throw new Error(
    `no model after ${PATIENCE_MS / 1000} s; see ${url}/predictors/${EXAMPLE.name}/retrainings`,
  );
}

async function call(
  url: string,
  method: string,
  type: string,
  body: string | ReadableStream,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': type, ...headers },
    body,
    duplex: 'half',
  } as RequestInit);
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
}
