import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type LambdaApi, startLambdaApi } from './lambda-api.ts';

describe("Lambda's stand-in", () => {
  let api: LambdaApi;
  let client: LambdaClient;
  const seen: unknown[] = [];
  beforeAll(async () => {
    api = await startLambdaApi({
      onInvoke: ({ payload }) => {
        if (payload === 'bad') throw new TypeError('no');
        seen.push(payload);
        return { answer: payload };
      },
    });
    client = new LambdaClient({
      endpoint: api.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' },
      maxAttempts: 1,
    });
  });
  afterEach(() => {
    seen.length = 0;
  });
  afterAll(async () => {
    client.destroy();
    await api.close();
  });

  const invoke = (InvocationType: 'Event' | 'RequestResponse' | 'DryRun', payload: unknown) =>
    client.send(
      new InvokeCommand({
        FunctionName: 'f:1',
        InvocationType,
        Payload: Buffer.from(JSON.stringify(payload)),
      }),
    );

  test('answers an event at once and carries it out, its error kept for the test', async () => {
    expect(await invoke('Event', { n: 1 })).toMatchObject({ StatusCode: 202 });
    expect(await invoke('Event', 'bad')).toMatchObject({ StatusCode: 202 });
    await api.settled();
    expect(seen).toEqual([{ n: 1 }]);
    expect(api.failures).toMatchObject([{ message: 'no' }]);
    expect(api.calls[0]).toEqual({ functionName: 'f:1', invocationType: 'Event', payload: { n: 1 } });
  });

  test('waits for the answer where one is asked for, an error among them; a dry run does nothing', async () => {
    const { StatusCode, Payload } = await invoke('RequestResponse', 2);
    expect([StatusCode, Buffer.from(Payload ?? []).toString()]).toEqual([200, '{"answer":2}']);
    const failed = await invoke('RequestResponse', 'bad');
    expect(failed.FunctionError).toBe('Unhandled');
    expect(JSON.parse(Buffer.from(failed.Payload ?? []).toString())).toEqual({
      errorType: 'TypeError',
      errorMessage: 'no',
    });
    seen.length = 0;
    expect(await invoke('DryRun', 3)).toMatchObject({ StatusCode: 204 });
    expect(seen).toEqual([]);
  });

  test('refuses, loses events and loses answers when told to', async () => {
    api.refuse(1);
    await expect(invoke('Event', 4)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    api.lose(1);
    expect(await invoke('Event', 5)).toMatchObject({ StatusCode: 202 });
    api.dropAnswers(1);
    await expect(invoke('Event', 6)).rejects.toThrow();
    await api.settled();
    expect(seen).toEqual([6]);
  });
});
