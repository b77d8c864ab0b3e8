import type { FastifyInstance } from 'fastify';
import { operation } from '../../api/openapi/operation.ts';
import { PageQuery } from '../../api/schemas/page.schema.ts';
import { ReturnedSchema, SpoolSchema } from '../../api/schemas/spool.schema.ts';
import type { Context } from '../context/context.ts';
import { readPage } from '../http/page-query.ts';
import { sendJson } from '../http/send-json.ts';

const url = '/spool';
const returns = '/spool/returns';

/** Objects that are put back at a time: each is five calls of the store. */
const AT_A_TIME = 16;

/** What waits for the database, and what was set aside since it could not be recorded. */
export function spoolRoutes(app: FastifyInstance, { recording }: Context): void {
  const { spool, aside, drain } = recording;
  app.get(
    url,
    {
      schema: operation(url, {
        id: 'describeSpool',
        tag: 'service',
        summary: 'How many predictions wait for the database, and how many were set aside',
        answers: { 200: SpoolSchema },
        problems: ['model_store_unavailable'],
      }),
    },
    async (_request, reply) => {
      return sendJson(reply, 200, { waiting: await spool.count(), aside: await spool.countAside() });
    },
  );

  app.post(
    returns,
    {
      schema: operation(returns, {
        id: 'returnToSpool',
        tag: 'service',
        summary: 'Put back what was set aside, so that it is recorded',
        description:
          'Some at a time: call again with `?cursor=` as long as there is a `next`. A row is recorded once by its id, also where it is put back twice. What still cannot be recorded is set aside again.',
        query: PageQuery,
        answers: { 200: ReturnedSchema },
        problems: ['query_invalid', 'model_store_unavailable'],
      }),
    },
    async (request, reply) => {
      const { limit, cursor } = readPage(request.query, 'object');
      const names = await firstNames(spool.asideNames(cursor ?? ''), limit);
      const counts = { returned: 0, stayed: 0 };
      drain.suspect();
      for (let at = 0; at < names.length; at += AT_A_TIME) {
        const done = await Promise.all(names.slice(at, at + AT_A_TIME).map((name) => spool.putBack(name)));
        for (const what of done) {
          if (what === 'back') counts.returned++;
          else if (what === 'stays') counts.stayed++;
        }
      }
      aside.forget();
      drain.poke();
      const last = names.length === limit ? names.at(-1) : undefined;
      return sendJson(reply, 200, { ...counts, next: last ?? null });
    },
  );
}

async function firstNames(all: AsyncIterable<string>, limit: number): Promise<string[]> {
  const names: string[] = [];
  for await (const name of all) if (names.push(name) === limit) break;
  return names;
}
