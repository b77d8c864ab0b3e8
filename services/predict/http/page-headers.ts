import type { FastifyInstance } from 'fastify';

/** What browsers may do with the pages, which are all our own, ask no other server, and belong in nobody's frame. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** Gives pages and what they are made of the headers that browsers protect them by; no answer's type is ever guessed. */
export function protectPages(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { url } = request.routeOptions;
    if (url === '/' || url?.startsWith('/docs') === true) reply.headers(HEADERS);
    else reply.header('x-content-type-options', 'nosniff');
    done();
  });
}
