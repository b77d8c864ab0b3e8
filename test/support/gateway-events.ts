import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithIAMAuthorizer,
} from 'aws-lambda';

/** A request as a client sends it; headers and query parameters as often as they come. */
export interface ClientRequest {
  readonly method: string;
  /** As it is written, without the query. */
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
  /** Of who signed the request. */
  readonly userArn?: string;
  readonly stage?: string;
}

export const SOURCE_IP = '192.0.2.1';
const ACCOUNT = '123456789012';
const HOST = 'a1b2c3.execute-api.eu-central-1.amazonaws.com';

/** The event of a REST API (payload format 1.0): the last of what comes several times stands alone, too. */
export function restEvent(request: ClientRequest): APIGatewayProxyEvent {
  const { method, path, query = [], body, stage = 'v1', userArn } = request;
  const headers = [['Host', HOST] as const, ...(request.headers ?? [])];
  const isBinary = Buffer.isBuffer(body);
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: Object.fromEntries(headers),
    multiValueHeaders: grouped(headers),
    queryStringParameters: query.length === 0 ? null : Object.fromEntries(query),
    multiValueQueryStringParameters: query.length === 0 ? null : grouped(query),
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      resourceId: 'abc123',
      resourcePath: '/{proxy+}',
      authorizer: null,
      httpMethod: method,
      extendedRequestId: 'Ext1=',
      requestTime: '21/Nov/2026:06:00:00 +0000',
      path: `/${stage}${path}`,
      accountId: ACCOUNT,
      protocol: 'HTTP/1.1',
      stage,
      domainPrefix: 'a1b2c3',
      requestTimeEpoch: 1_795_240_800_000,
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      identity: {
        cognitoIdentityPoolId: null,
        accountId: userArn === undefined ? null : ACCOUNT,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: SOURCE_IP,
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: userArn ?? null,
        userAgent: 'test',
        user: null,
        apiKey: null,
        apiKeyId: null,
        clientCert: null,
      },
      domainName: HOST,
      apiId: 'a1b2c3',
    },
    body: bodyText(body),
    isBase64Encoded: isBinary,
  };
}

type HttpEvent = APIGatewayProxyEventV2 | APIGatewayProxyEventV2WithIAMAuthorizer;

/** The event of an HTTP API (payload format 2.0): what comes several times is joined with commas, cookies are apart. */
export function httpEvent(request: ClientRequest): HttpEvent {
  const { method, path, query = [], headers = [], body, stage = '$default', userArn } = request;
  const cookies = headers.filter(([name]) => name.toLowerCase() === 'cookie').map(([, value]) => value);
  const others = headers
    .filter(([name]) => name.toLowerCase() !== 'cookie')
    .map(([name, value]) => [name.toLowerCase(), value] as const);
  const rawPath = stage === '$default' ? path : `/${stage}${path}`;
  const rawQueryString = new URLSearchParams(
    query.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  const event: APIGatewayProxyEventV2 = {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers: joined([['host', HOST] as const, ...others]),
    ...(query.length === 0 ? {} : { queryStringParameters: joined(query) }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'a1b2c3',
      domainName: HOST,
      domainPrefix: 'a1b2c3',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: SOURCE_IP, userAgent: 'test' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: '$default',
      stage,
      time: '21/Nov/2026:06:00:00 +0000',
      timeEpoch: 1_795_240_800_000,
    },
    ...(body === undefined ? {} : { body: bodyText(body) ?? '' }),
    isBase64Encoded: Buffer.isBuffer(body),
  };
  return userArn === undefined ? event : signed(event, userArn);
}

function signed(event: APIGatewayProxyEventV2, userArn: string): APIGatewayProxyEventV2WithIAMAuthorizer {
  const iam = {
    accessKey: 'AKIAEXAMPLE',
    accountId: ACCOUNT,
    callerId: 'AIDAEXAMPLE',
    cognitoIdentity: null,
    principalOrgId: 'o-example',
    userArn,
    userId: 'AIDAEXAMPLE',
  };
  return { ...event, requestContext: { ...event.requestContext, authorizer: { iam } } };
}

function bodyText(body: string | Buffer | undefined): string | null {
  if (body === undefined) return null;
  return Buffer.isBuffer(body) ? body.toString('base64') : body;
}

function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const [name, value] of pairs) groups[name] = [...(groups[name] ?? []), value];
  return groups;
}

function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(Object.entries(grouped(pairs)).map(([name, values]) => [name, values.join(',')]));
}
