import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '../../services/model-store/index.ts';

export interface ObjectServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * As much of S3 as a start of the predict function asks for, over the objects of a store: a list, and objects with their
 * tags. Each answer takes `delay` milliseconds.
 */
export async function serveObjects(store: ObjectStore, delay = 0): Promise<ObjectServer> {
  const server = createServer(async (request, response) => {
    await sleep(delay);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
    if (key === '') {
      const keys: string[] = [];
      for await (const one of store.list(searchParams.get('prefix') ?? ''))
        keys.push(`<Contents><Key>${one}</Key></Contents>`);
      response.setHeader('content-type', 'application/xml');
      response.end(`<ListBucketResult><IsTruncated>false</IsTruncated>${keys.join('')}</ListBucketResult>`);
      return;
    }
    const object = await store.get(key);
    if (object === null || object === 'unchanged') {
      response.writeHead(404, { 'content-type': 'application/xml' });
      response.end('<Error><Code>NoSuchKey</Code></Error>');
      return;
    }
    response.setHeader('etag', object.etag);
    response.end(object.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
