import type { LambdaClient, LambdaClientConfig } from '@aws-sdk/client-lambda';

/** Which function is invoked, and where. What is absent is taken from where the AWS SDK looks. */
export interface TrainFunctionPlace {
  /** Its name or ARN. */
  readonly functionName: string;
  /** Of something that is not AWS's. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: NonNullable<LambdaClientConfig['credentials']> | undefined;
}

/** Invokes the train function without waiting for its answer. @throws what Lambda, or the way to it, says */
export type InvokeTrain = (payload: object) => Promise<void>;

const CONNECT_MS = 2_000;
const ANSWER_MS = 5_000;

/** The SDK is loaded with the first invocation: most sweeps have nothing to send. */
export function trainInvoker({
  functionName,
  endpoint,
  region,
  credentials,
}: TrainFunctionPlace): InvokeTrain {
  let client: LambdaClient | null = null;
  return async (payload) => {
    const { InvokeCommand, LambdaClient } = await import('./lambda-client.ts');
    client ??= new LambdaClient({
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      ...(credentials === undefined ? {} : { credentials }),
      maxAttempts: 3,
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        requestTimeout: ANSWER_MS,
        throwOnRequestTimeout: true,
      },
    });
    const command = new InvokeCommand({
      FunctionName: functionName,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(payload)),
    });
    const { StatusCode = 0 } = await client.send(command);
    if (StatusCode < 200 || StatusCode > 299) throw new Error(`the train function answered ${StatusCode}`);
  };
}
