import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3StoreSettings } from '../../services/model-store/index.ts';
import { temporaryFolder } from './folder.ts';
import { startProcess } from './process.ts';
import { s3Server } from './requirement.ts';

/** A real S3 server (versitygw) of this file's own, over a folder. */
export interface S3Server {
  readonly endpoint: string;
  /** Where its objects lie as files, one folder for each bucket: a test that damages one does it there. */
  readonly folder: string;
  /** A new, empty bucket, and how to reach it; with `endpoint` through something that stands before the server. */
  bucket(endpoint?: string): Promise<S3StoreSettings & { readonly bucket: string }>;
  stop(): Promise<void>;
}

const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'testkey', secretAccessKey: 'testsecret' };

/** Starts the program that `HUNDREDFOLD_TEST_S3_SERVER` names, on a free port. */
export async function startS3Server(): Promise<S3Server> {
  const folder = await temporaryFolder();
  const data = path.join(folder.path, 'data');
  await mkdir(data);
  const port = await freePort();
  const server = startProcess({
    command: s3Server().program,
    args: [
      '--port',
      `127.0.0.1:${port}`,
      '--region',
      REGION,
      '--health',
      '/health',
      '--keep-alive',
      '--quiet',
      'posix',
      data,
    ],
    env: { ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId, ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  let buckets = 0;
  const stop = async () => {
    await server.kill();
    await folder.remove();
  };
  try {
    await answering(`${endpoint}/health`);
  } catch (cause) {
    await stop();
    throw new Error(`the S3 server did not start:\n${server.output}`, { cause });
  }
  return {
    endpoint,
    folder: data,
    async bucket(through = endpoint) {
      const bucket = `bucket-${++buckets}`;
      await mkdir(path.join(data, bucket));
      return { bucket, endpoint: through, region: REGION, forcePathStyle: true, credentials: CREDENTIALS };
    },
    stop,
  };
}

async function answering(url: string): Promise<void> {
  for (const until = Date.now() + 10_000; ; await sleep(20)) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    if (Date.now() > until) throw new Error(`${url} does not answer`);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
