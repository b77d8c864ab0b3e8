import { afterAll, beforeAll } from '@jest/globals';
import { S3Store } from '../../services/model-store/index.ts';
import { type FaultProxy, startFaultProxy } from '../support/faults/fault-proxy.ts';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { anObjectStore } from './object-store.contract.ts';

describeWhere(s3Server(), 'S3 behind a network that stumbles all the time', () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let store: S3Store | undefined;

  beforeAll(async () => {
    server = await startS3Server();
    proxy = await startFaultProxy(server.endpoint);
    let n = 0;
    proxy.always({ kind: 'answer-lost' }, ({ method, headers }) => {
      n += 1;
      return n % 5 === 0 && method === 'PUT' && headers['if-match'] === undefined;
    });
    proxy.always({ kind: 'status', status: 500 }, () => n % 7 === 0);
    proxy.always({ kind: 'flipped' }, ({ method }) => n % 11 === 0 && method === 'GET');
    proxy.always({ kind: 'flipped-request' }, () => n % 13 === 0);
    proxy.always({ kind: 'reset' }, () => n % 17 === 0);
  });
  afterAll(async () => {
    store?.close();
    await proxy.stop();
    await server.stop();
  });

  anObjectStore('a bucket', async () => {
    store?.close();
    store = new S3Store({ ...(await server.bucket(proxy.url)), limits: { attempts: 10 } });
    return store;
  });
});
