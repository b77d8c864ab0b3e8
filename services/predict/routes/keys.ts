import type { FastifyInstance } from 'fastify';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { KeyBody, KeySchema, KeysPage, NewKeySchema } from '../../api/schemas/key.schema.ts';
import { PageQuery } from '../../api/schemas/page.schema.ts';
import { alignKeys } from '../../model-store/keys-object.ts';
import { storeInTime } from '../../waiting/store-in-time.ts';
import { newKey } from '../access/key.ts';
import { readKeyBody } from '../access/key-body.ts';
import type { Context } from '../context/context.ts';
import { answerOnce, readKey } from '../http/idempotency.ts';
import { neededBody } from '../http/json-body.ts';
import { readPage } from '../http/page-query.ts';
import { sendJson } from '../http/send-json.ts';
import { inOrder } from '../predictors/in-order.ts';

const url = '/keys';

/** Makes, lists and revokes API keys. A key is shown once, by the answer that makes it. */
export function keyRoutes(app: FastifyInstance, context: Context): void {
  const { database, access, log } = context;
  const settle = async (): Promise<boolean> => {
    try {
      await putInForce(context);
      return true;
    } catch (error) {
      log.error('the keys could not be copied to the model store', error);
      return false;
    }
  };

  app.post(url, { schema: creation }, async (request, reply) => {
    const { role, note } = readKeyBody(neededBody(request.body));
    const { key, stored } = newKey(role);
    const { response, replayed } = await answerOnce(database, readKey(request), async (transaction) => {
      const shown = await transaction.keys.add(stored, note);
      if (shown === null) throw new Error('an id was drawn twice');
      const { revokedAt: _, ...response } = shown;
      return { status: 201, response };
    });
    const inForce = await settle();
    // Never kept, so never given again: not by us, and not by anything between.
    reply.header('cache-control', 'no-store');
    if (replayed) reply.header('idempotency-replayed', 'true');
    const shown = { ...response, key: replayed ? null : key, inForce };
    return sendJson(reply, 201, inOrder(NewKeySchema, shown));
  });

  app.get(url, { schema: listing }, async (request, reply) => {
    const { rows, next } = await database.keys.list(readPage(request.query, 'number'));
    // What a crash between a change and its copy left undone.
    await settle();
    return sendJson(reply, 200, { keys: rows.map((row) => inOrder(KeySchema, row)), next });
  });

  app.delete<{ Params: { id: string } }>(`${url}/:id`, { schema: revocation }, async (request, reply) => {
    const { id } = request.params;
    const revoked = await database.keys.revoke(id, access.needsAdminKey);
    if (revoked === null) {
      throw new Problem('api_key_unknown', `There is no API key ${JSON.stringify(id.slice(0, 64))}.`);
    }
    // As long as the copy has it, it lets in: who revokes must know.
    await putInForce(context);
    return sendJson(reply, 200, inOrder(KeySchema, revoked));
  });
}

const creation = operation(url, {
  id: 'addKey',
  tag: 'keys',
  summary: 'Make an API key: it is shown this once',
  body: { 'application/json': KeyBody },
  answers: { 201: NewKeySchema },
  problems: ['body_not_json', 'unsupported_media_type', 'api_key_invalid', 'database_unavailable'],
  repeatable: true,
});

const listing = operation(url, {
  id: 'listKeys',
  tag: 'keys',
  summary: 'All API keys, revoked ones too, newest first',
  query: PageQuery,
  answers: { 200: KeysPage },
  problems: ['query_invalid', 'database_unavailable'],
});

const revocation = operation(`${url}/:id`, {
  id: 'revokeKey',
  tag: 'keys',
  summary: 'Revoke an API key, everywhere within seconds',
  description: 'May be repeated: one that was revoked stays so.',
  answers: { 200: KeySchema },
  problems: ['api_key_unknown', 'last_admin_key', 'database_unavailable', 'model_store_unavailable'],
});

/**
 * Has every process know the keys that the database has now: this one at once, others at their next look. Past
 * `storeTimeout` it goes on all the same, unheard. @throws ModelStoreError
 */
async function putInForce({
  database,
  store,
  access,
  settings: { storeTimeout },
}: Pick<Context, 'database' | 'store' | 'access' | 'settings'>): Promise<void> {
  const working = async () => {
    await alignKeys(database, store);
    await access.refresh();
  };
  await storeInTime(working(), storeTimeout);
}
