import { type ClientRequest, restEvent } from '../../support/gateway-events.ts';
import type { FunctionContainer } from './function-container.ts';

/** What a client of API Gateway gets. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly json: any;
}

/** Who signs the requests of an administrator. */
export const OPERATOR = 'arn:aws:iam::123456789012:user/operator';

const JSON_TYPE = ['content-type', 'application/json'] as const;

/** Asks the predict function what a client asks the REST API. @throws Error with what Lambda shows where the function failed */
export async function call(
  predict: FunctionContainer,
  method: string,
  path: string,
  body?: object | string,
  more: Partial<ClientRequest> = {},
): Promise<Answer> {
  const isText = typeof body === 'string';
  const event = restEvent({
    method,
    path,
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    ...more,
    headers: [...(isText ? [] : [JSON_TYPE]), ...(more.headers ?? [])],
  });
  const { text, json } = await predict.invoke(event);
  if (typeof json?.statusCode !== 'number') throw new Error(`${method} ${path} failed: ${text}`);
  const { statusCode, headers, body: answered } = json;
  const isJson = /json/.test(headers['content-type'] ?? '');
  return { status: statusCode, headers, json: isJson && answered !== '' ? JSON.parse(answered) : undefined };
}

/** The same, signed by an administrator; what is not answered with 2xx is an error. */
export async function administer(
  predict: FunctionContainer,
  method: string,
  path: string,
  body?: object | string,
  more: Partial<ClientRequest> = {},
): Promise<Answer> {
  const answer = await call(predict, method, path, body, { userArn: OPERATOR, ...more });
  if (answer.status > 299) {
    throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.json)}`);
  }
  return answer;
}
