import type { FastifyInstance } from 'fastify';

/** Which methods the paths of an app take: asked for when a request found no route. */
export class KnownPaths {
  readonly #methods = new Map<string, Set<string>>();

  /** Hears of every route that is added to the app from now on. */
  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ url, method }) => {
      const methods = this.#methods.get(url) ?? new Set();
      for (const one of [method].flat()) methods.add(one);
      this.#methods.set(url, methods);
    });
  }

  /** The methods that a request's path takes, in order; none where there is no such path. */
  methodsOf(url: string): string[] {
    const path = url.split(/[?#]/, 1)[0] ?? '';
    const found = [...this.#methods].filter(([pattern]) => isLike(pattern, path));
    return [...new Set(found.flatMap(([, methods]) => [...methods]))].sort();
  }
}

/** `/predictors/:predictor` is like `/predictors/searches`, and like `/predictors/searches/`. */
function isLike(pattern: string, path: string): boolean {
  const parts = pattern.split('/');
  const sent = path.replace(/(?<=.)\/$/, '').split('/');
  return parts.length === sent.length && parts.every((part, at) => part.startsWith(':') || part === sent[at]);
}
