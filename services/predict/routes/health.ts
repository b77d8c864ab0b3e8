import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { sendJson, sendJsonText } from '../http/send-json.ts';
import { operation } from '../openapi/operation.ts';
import { inTime } from '../recording/in-time.ts';
import { passedOverProblems } from '../recording/passed-over.ts';
import { HealthSchema, ReadySchema } from '../schemas/service.schema.ts';

/** Whoever asks whether we are ready seldom waits longer, in milliseconds. */
const PATIENCE = 1_000;

/** Is the process alive, and can it do its work? */
export function healthRoutes(
  app: FastifyInstance,
  { unboundedDatabase, champions, recording, access }: Context,
): void {
  const database = unboundedDatabase.within(PATIENCE);
  app.get(
    '/health',
    {
      schema: operation('/health', {
        id: 'health',
        tag: 'service',
        summary: 'The process is alive',
        answers: { 200: HealthSchema },
      }),
    },
    async (_request, reply) => sendJsonText(reply, 200, '{"status":"ok"}'),
  );

  app.get(
    '/ready',
    {
      schema: operation('/ready', {
        id: 'ready',
        tag: 'service',
        summary: 'Predictions can be answered and kept; what is not as it should be is named',
        answers: { 200: ReadySchema },
        problems: ['not_ready'],
      }),
    },
    async (_request, reply) => {
      const answers = await database.ping().then(
        () => true,
        () => false,
      );
      const { size } = recording.drain;
      const waiting = size === 0 ? [] : [`predictions in the spool, to be recorded: ${size}`];
      const spooled = [...waiting, ...passedOverProblems(recording.spool)];
      if (answers) {
        const problems = [
          ...recording.watch.problems(),
          ...spooled,
          ...champions.problems(),
          ...access.problems(),
        ];
        return sendJson(reply, 200, { status: 'ready', database: 'answers', spooled: size, problems });
      }
      await expectSpool(recording.spool);
      const away = 'the database does not answer: predictions are kept in the spool, and other calls fail';
      const problems = [away, ...spooled, ...champions.problems(), ...access.problems()];
      return sendJson(reply, 200, { status: 'ready', database: 'away', spooled: size, problems });
    },
  );
}

/** @throws Problem `not_ready` when the spool takes nothing */
async function expectSpool(spool: Context['recording']['spool']): Promise<void> {
  let cause: unknown;
  const taken = await inTime(
    spool.check().then(() => true),
    PATIENCE,
  ).catch((error: unknown) => {
    cause = error;
    return null;
  });
  if (taken !== null) return;
  throw new Problem('not_ready', 'Neither the database nor the spool takes a prediction.', {
    headers: { 'retry-after': '2' },
    cause,
  });
}
