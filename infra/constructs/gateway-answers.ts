import { ResponseType } from 'aws-cdk-lib/aws-apigateway';

/** What API Gateway answers by itself, before or instead of the service: as the service's own problem documents. */
export interface GatewayAnswer {
  readonly type: ResponseType;
  /** Where it is to be another one than API Gateway's own. */
  readonly status?: number;
  readonly title: string;
  readonly code: string;
}

export const GATEWAY_ANSWERS: readonly GatewayAnswer[] = [
  {
    type: ResponseType.DEFAULT_4XX,
    title: 'The request was refused before it reached the service',
    code: 'gateway_refused',
  },
  { type: ResponseType.DEFAULT_5XX, title: 'The service could not be reached', code: 'gateway_failed' },
  {
    type: ResponseType.INVALID_API_KEY,
    status: 403,
    title: 'The API key is missing or in no usage plan',
    code: 'gateway_key_refused',
  },
  {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    title: 'No such route, or an admin call that is not signed',
    code: 'gateway_not_signed',
  },
  {
    type: ResponseType.ACCESS_DENIED,
    title: 'The signer of the request may not make this call',
    code: 'gateway_denied',
  },
  {
    type: ResponseType.THROTTLED,
    title: 'More requests than the usage plan allows',
    code: 'gateway_throttled',
  },
  {
    type: ResponseType.QUOTA_EXCEEDED,
    title: "The usage plan's requests of the day are used up",
    code: 'gateway_quota_used',
  },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    title: 'The request is larger than 10 MB',
    code: 'gateway_too_large',
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    title: 'The service did not answer within 29 s',
    code: 'gateway_timeout',
  },
  { type: ResponseType.WAF_FILTERED, title: 'The firewall refused the request', code: 'gateway_filtered' },
];

/**
 * The headers by which a page may read such an answer. API Gateway writes fixed texts here or what the request held, and has
 * no template that could look an origin up (a GatewayResponse's is not processed by VTL). One origin is named. Of several
 * none can be: what the request held would name any, so that all may read it, `*`, which says what is true. These documents are the
 * same for everybody and hold nothing of the service. A key gets no further by it: a browser sends one only after a preflight,
 * which the service answers for the listed origins alone.
 */
export function gatewayCors(origins: readonly string[]): Readonly<Record<string, string>> {
  const [first, ...others] = origins;
  if (first === undefined) return {};
  if (others.length > 0) return { 'access-control-allow-origin': "'*'" };
  return { 'access-control-allow-origin': `'${first}'`, vary: "'origin'" };
}

/** The document that a client gets; `$context` is API Gateway's. It repeats nothing of the request. */
export function problemDocument({ title, code }: GatewayAnswer): string {
  return JSON.stringify({ type: `urn:hundredfold:problem:${code}`, title, code }).replace(
    /}$/,
    ',"status":$context.status,"instance":"urn:request:$context.requestId"}',
  );
}
