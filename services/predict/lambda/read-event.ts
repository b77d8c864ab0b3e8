import {
  addHeader,
  bodyOf,
  EventError,
  type Fields,
  fieldsAt,
  type HttpEvent,
  isFields,
  methodOf,
  pathOf,
  textAt,
} from './http-event.ts';

/** A request, and the ARN of whoever signed it where API Gateway checked that. */
export interface ReadEvent {
  readonly http: HttpEvent;
  readonly identity: string | null;
}

/**
 * Reads an event of a REST API (version 1.0) or an HTTP API (2.0); a function's URL sends the latter too. Shapes: AWS's
 * "Lambda proxy integrations" for both.
 * @throws EventError
 */
export function readEvent(event: unknown): ReadEvent {
  if (!isFields(event)) throw new EventError('it is no object');
  if (event.version === '2.0') return readV2(event);
  if (event.version === undefined || event.version === '1.0') return readV1(event);
  throw new EventError('it is of another version');
}

/** The page that a request comes from, as its browser says it; also of an event that cannot be read otherwise. */
export function originOf(event: unknown): string | undefined {
  const headers = isFields(event) && isFields(event.headers) ? event.headers : {};
  const [, origin] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'origin') ?? [];
  return typeof origin === 'string' ? origin : undefined;
}

function readV1(event: Fields): ReadEvent {
  const context = fieldsAt(event, 'requestContext');
  const identity = fieldsAt(context, 'identity');
  const path = pathOf(textAt(event, 'path'), stageV1(event, context));
  const http = {
    version: '1.0',
    httpMethod: methodOf(textAt(event, 'httpMethod')),
    path: withQuery(path, queryV1(event)),
    headers: headersV1(event),
    ...bodyOf(event),
    requestContext: idsOf(context, textAt(identity, 'sourceIp')),
  } as const;
  return { http, identity: textAt(identity, 'userArn') };
}

function readV2(event: Fields): ReadEvent {
  const context = fieldsAt(event, 'requestContext');
  const call = fieldsAt(context, 'http');
  const iam = fieldsAt(fieldsAt(context, 'authorizer'), 'iam');
  const headers: HttpEvent['headers'] = Object.create(null);
  for (const [name, value] of Object.entries(fieldsAt(event, 'headers'))) addHeader(headers, name, value);
  if (event.cookies !== undefined && event.cookies !== null) addCookies(headers, event.cookies);
  const path = pathOf(textAt(event, 'rawPath'), textAt(context, 'stage'));
  const http = {
    version: '2.0',
    httpMethod: methodOf(textAt(call, 'method')),
    path: withQuery(path, (textAt(event, 'rawQueryString') ?? '').replaceAll('#', '%23')),
    headers,
    ...bodyOf(event),
    requestContext: idsOf(context, textAt(call, 'sourceIp')),
  } as const;
  return { http, identity: textAt(iam, 'userArn') };
}

/** The stage that stands in the path: it does only where a domain of one's own maps to more than one. */
function stageV1(event: Fields, context: Fields): string | null {
  const stage = textAt(context, 'stage');
  const resource = textAt(context, 'resourcePath');
  const isWithout = textAt(context, 'path') === `/${stage}${textAt(event, 'path')}`;
  return isWithout || resource === null || resource.startsWith(`/${stage}/`) ? null : stage;
}

function headersV1(event: Fields): HttpEvent['headers'] {
  const headers: HttpEvent['headers'] = Object.create(null);
  for (const [name, value] of Object.entries(fieldsAt(event, 'headers'))) addHeader(headers, name, value);
  for (const [name, value] of Object.entries(fieldsAt(event, 'multiValueHeaders'))) {
    addHeader(headers, name, value);
  }
  return headers;
}

function addCookies(headers: HttpEvent['headers'], cookies: unknown): void {
  if (!Array.isArray(cookies)) throw new EventError('cookies is no list');
  addHeader(headers, 'cookie', cookies);
}

/** What is sent several times is all in `multiValueQueryStringParameters`; both are decoded. */
function queryV1(event: Fields): string {
  const query = new URLSearchParams();
  const single = fieldsAt(event, 'queryStringParameters');
  for (const [name, value] of Object.entries({
    ...single,
    ...fieldsAt(event, 'multiValueQueryStringParameters'),
  })) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== 'string') throw new EventError(`the query's ${name.slice(0, 50)} is no text`);
      query.append(name, one);
    }
  }
  return query.toString();
}

function withQuery(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}

function idsOf(context: Fields, sourceIp: string | null): HttpEvent['requestContext'] {
  return { requestId: textAt(context, 'requestId') ?? '', identity: { sourceIp: sourceIp ?? '' } };
}
