import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BucketNotEmptiedError, emptyBucket } from '../../../infra/deploy/empty-bucket.ts';

let server: Server;
let client: S3Client;
/** Versions in the bucket, by `key version`; what may not be deleted. */
let versions: string[];
let locked: string[];

const PAGE = 2;

beforeEach(async () => {
  versions = ['a 1', 'a 2', 'a marker', 'b 1', 'b marker'];
  locked = [];
  server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/xml');
    if (request.method === 'GET') return response.end(listed());
    const body = await text(request);
    const wanted = [...body.matchAll(/<Key>(.*?)<\/Key><VersionId>(.*?)<\/VersionId>/g)].map(([, ...parts]) =>
      parts.join(' '),
    );
    const refused = wanted.filter((version) => locked.includes(version));
    versions = versions.filter((version) => !wanted.includes(version) || refused.includes(version));
    const errors = refused.map(
      (version) => `<Error><Key>${version.split(' ')[0]}</Key><Message>Access Denied</Message></Error>`,
    );
    return response.end(`<DeleteResult>${errors.join('')}</DeleteResult>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port }: AddressInfo = Object(server.address());
  client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
});
afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A page of what is there, as S3 lists versions. */
function listed(): string {
  const members = versions.slice(0, PAGE).map((version) => {
    const [key, id] = version.split(' ');
    const element = id === 'marker' ? 'DeleteMarker' : 'Version';
    return `<${element}><Key>${key}</Key><VersionId>${id}</VersionId></${element}>`;
  });
  return `<ListVersionsResult>${members.join('')}</ListVersionsResult>`;
}

test('every version and every delete marker goes, page by page', async () => {
  expect(await emptyBucket(client, 'models')).toBe(5);
  expect(versions).toEqual([]);
});

test('what may not be deleted ends it with its name, and not in a circle', async () => {
  locked = ['a 2'];
  await expect(emptyBucket(client, 'models')).rejects.toThrow(BucketNotEmptiedError);
  await expect(emptyBucket(client, 'models')).rejects.toThrow(
    /models could not be emptied: a: Access Denied/,
  );
});
