import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lambdaObservability } from '../../services/observability/lambda-observability.ts';
import { until } from '../support/until.ts';

const kept = { ...process.env };
let daemon: Socket;
let received: string[];

beforeEach(async () => {
  received = [];
  daemon = createSocket('udp4').on('message', (message) => received.push(message.toString()));
  daemon.bind(0, '127.0.0.1');
  await once(daemon, 'listening');
  Object.assign(process.env, {
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: '/var/task',
    _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
  });
});
afterEach(async () => {
  process.env = { ...kept };
  await new Promise<void>((resolve) => daemon.close(() => resolve()));
});

describe("a function's tracer", () => {
  test('shows a part of a call by its name, and passes on what it gives and throws', async () => {
    const { tracer, ready } = lambdaObservability({ service: 'predict', level: 'error', tracing: true });
    await ready;
    expect(await tracer.segment('answer', async () => 7)).toBe(7);
    await expect(tracer.segment('fetch models', () => Promise.reject(new Error('none')))).rejects.toThrow(
      'none',
    );
    await until('both parts are told', () => received.length === 2);
    const segments = received.map((text) => JSON.parse(text.slice(text.indexOf('\n'))));
    expect(segments).toMatchObject([
      { name: 'answer', trace_id: '1-5759e988-bd862e3fe1be46a994272793', parent_id: '53995c3f42cd8ad8' },
      { name: 'fetch models', error: true },
    ]);
  });

  test('loads and sends nothing unless it is asked for', async () => {
    const { tracer, ready } = lambdaObservability({ service: 'predict', level: 'error', tracing: false });
    await ready;
    expect(await tracer.segment('answer', async () => 7)).toBe(7);
    // What it had sent would have come before this.
    daemon.send('nothing else', daemon.address().port, '127.0.0.1');
    await until('the last word', () => received.length > 0);
    expect(received).toEqual(['nothing else']);
  });
});
