import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Remote, type Reply } from '../support/remote.ts';
import { run } from '../support/run.ts';

let remote: Remote;
beforeEach(() => {
  remote = new Remote();
});
afterEach(() => remote.stop());

describe('a refusal', () => {
  const problem = {
    type: 'https://example.org/row',
    title: 'The row does not fit.',
    status: 422,
    detail: 'Two inputs are wrong.',
    code: 'row_invalid',
    errors: [
      { field: 'age', message: 'must be a number; "old" was sent' },
      { field: 'e-mail\u001b[2J', message: 'is missing' },
    ],
  };

  test('is told with title, detail, each field on its own line, and the code', async () => {
    await remote.on('GET', '/predictors', () => ({ status: 422, body: problem })).start();
    expect(await run(remote, ['status'])).toEqual({
      status: 1,
      out: '',
      err: [
        'error: The row does not fit: Two inputs are wrong.',
        '  age: must be a number; "old" was sent',
        '  e-mail\\u001b[2J: is missing',
        'code: row_invalid (HTTP 422)',
        '',
      ].join('\n'),
    });
  });

  test('is the problem document itself with --json', async () => {
    await remote.on('GET', '/predictors', () => ({ status: 422, body: problem })).start();
    const { status, out, err } = await run(remote, ['status', '--json']);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(JSON.parse(err)).toEqual(problem);
  });

  test('of an unknown predictor stands as the server words it', async () => {
    await remote.start();
    const { status, err } = await run(remote, ['models', 'nope']);
    expect(status).toBe(1);
    expect(err).toContain('There is nothing at /predictors/nope/models?limit=200.');
    expect(err).toContain('code: not_found (HTTP 404)');
  });

  test('by a gateway in its own words is told too', async () => {
    await remote.on('GET', '/predictors', () => ({ status: 403, body: { message: 'Forbidden' } })).start();
    expect((await run(remote, ['status'])).err).toContain('HTTP 403 Forbidden: Forbidden');
  });

  test('by a proxy with a page of HTML is its status, and that it is a page', async () => {
    const headers = { 'content-type': 'text/html' };
    await remote.on('GET', '/predictors', () => ({ status: 502, headers, body: '<h1>Oh no</h1>' })).start();
    const { status, err } = await run(remote, ['status']);
    expect(status).toBe(1);
    expect(err).toBe(
      `error: HTTP 502 Bad Gateway\nThe answer of ${remote.url} is a page, as of a proxy, a sign-in or another server: is --url right, and the server behind it up?\ncode: refused (HTTP 502)\n`,
    );
  });

  test('of http by a server that speaks https says to give that', async () => {
    const body = '<h1>400 Bad Request</h1>The plain HTTP request was sent to HTTPS port';
    const headers = { 'content-type': 'text/html' };
    await remote.on('GET', '/predictors', () => ({ status: 400, headers, body })).start();
    const { err } = await run(remote, ['status']);
    expect(err).toContain(`speaks https: give --url ${remote.url.replace('http:', 'https:')}.`);
  });
});

describe('a refusal whose detail says its title again', () => {
  test.each([
    ['The file is empty', 'The file is empty: send a header.'],
    ['There is no such predictor', 'There is no predictor "x": GET /predictors lists those that there are.'],
  ])('is told once: %s', async (title, detail) => {
    const problem = { title, detail, code: 'told_once' };
    await remote.on('GET', '/predictors', () => ({ status: 422, body: problem })).start();
    expect((await run(remote, ['status'])).err).toBe(`error: ${detail}\ncode: told_once (HTTP 422)\n`);
  });
});

describe('no answer', () => {
  test('where nobody listens says how to start the server, and the address tried', async () => {
    await remote.start();
    const { url } = remote;
    await remote.stop();
    const { status, err } = await run({ url }, ['status']);
    expect(status).toBe(1);
    expect(err).toContain(`Nobody answers at ${url}.`);
    expect(err).toContain('`npm start`');
    expect(err).toContain('code: server_unreachable');
  });

  test('is a problem for machines as well', async () => {
    await remote.start();
    const { url } = remote;
    await remote.stop();
    expect(JSON.parse((await run({ url }, ['status', '--json'])).err)).toMatchObject({
      code: 'server_unreachable',
    });
  });

  test('in time is given up', async () => {
    const late = Promise.withResolvers<Reply>();
    await remote.on('GET', '/predictors', () => late.promise).start();
    const { status, err } = await run(remote, ['status', '--timeout', '1']);
    expect(status).toBe(1);
    expect(err).toContain('did not answer within 1 s');
    expect(err).toContain('code: timed_out');
    late.resolve({});
  });

  /** A server of bytes that nobody expects; gives its port. */
  async function listening(server: Server): Promise<number> {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  test.each([
    ['status', []],
    ['import', ['p', 'package.json', '--format', 'json']],
  ])('of https by a server that speaks http says to give that: %s', async (command, rest) => {
    await remote.start();
    const url = remote.url.replace('http:', 'https:');
    const { status, err } = await run({ url }, [command, ...rest]);
    expect(status).toBe(1);
    expect(err).toContain(`does not speak https, or not at this port: give --url ${remote.url}`);
    expect(err).not.toContain('SSL routines');
  });

  test('of http by a server that speaks https says that it may', async () => {
    const server = createTlsServer({ ALPNProtocols: ['http/1.1'] });
    const port = await listening(server);
    const { status, err } = await run({ url: `http://127.0.0.1:${port}` }, ['status']);
    server.close();
    expect(status).toBe(1);
    expect(err).toContain(`If it speaks https, give --url https://127.0.0.1:${port}.`);
  });

  test('in HTTP is told from none: the port is that of something else', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    const port = await listening(server);
    const { err } = await run({ url: `http://127.0.0.1:${port}` }, ['status']);
    server.close();
    expect(err).toContain('does not speak HTTP: is the port right?');
  });

  test('but a broken connection is told as one', async () => {
    const server = createServer((socket) => socket.destroy());
    const port = await listening(server);
    const { status, err } = await run({ url: `http://127.0.0.1:${port}` }, ['status']);
    server.close();
    expect(status).toBe(1);
    expect(err).toContain('The connection to');
    expect(err).toContain('code: server_unreachable');
  });
});

describe('an answer of something else', () => {
  test('that is not JSON is not taken for one', async () => {
    const headers = { 'content-type': 'text/html' };
    await remote.on('GET', '/predictors', () => ({ headers, body: '<h1>Welcome</h1>' })).start();
    const { status, err } = await run(remote, ['status']);
    expect(status).toBe(1);
    expect(err).toContain('text/html in place of JSON');
    expect(err).toContain('code: unexpected_answer');
  });

  test('that redirects is not followed, so that the key stays here', async () => {
    const headers = { location: 'https://elsewhere.example/' };
    await remote.on('GET', '/predictors', () => ({ status: 302, headers })).start();
    const { status, err } = await run(remote, ['status', '--key', 'k1']);
    expect(status).toBe(1);
    expect(err).toContain('redirects to https://elsewhere.example/');
  });

  test('that gives one page for ever is left', async () => {
    await remote.on('GET', '/predictors', () => ({ body: { predictors: [], next: 'again' } })).start();
    const { status, err } = await run(remote, ['status']);
    expect(status).toBe(1);
    expect(err).toContain('the same page of a list twice');
  });
});

describe('a request', () => {
  test('carries the key of --key, or else of the environment', async () => {
    await remote.on('GET', '/predictors', () => ({ body: { predictors: [], next: null } })).start();
    await run(remote, ['status']);
    await run(remote, ['status'], { environment: { key: 'from-environment' } });
    await run(remote, ['--key', 'from-option', 'status'], { environment: { key: 'from-environment' } });
    const asked = remote.received.filter(({ url }) => url.startsWith('/predictors'));
    expect(asked.map(({ headers }) => headers['x-api-key'])).toEqual([
      undefined,
      'from-environment',
      'from-option',
    ]);
  });

  test('goes below the path of the URL, where an API lives under one', async () => {
    await remote.on('GET', '/prod/predictors', () => ({ body: { predictors: [], next: null } })).start();
    expect((await run(remote, ['status', '--url', `${remote.url}/prod/`])).status).toBe(0);
    expect((await run(remote, ['status', '--url', `${remote.url}/prod`])).status).toBe(0);
  });

  test('encodes names, so that none reaches another resource', async () => {
    await remote.start();
    await run(remote, ['models', 'a/../b?c=1']);
    expect(remote.received[0]?.url).toBe('/predictors/a%2F..%2Fb%3Fc%3D1/models?limit=200');
  });
});
