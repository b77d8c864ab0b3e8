import type { FastifyInstance } from 'fastify';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { HealthSchema, ReadySchema } from '../../api/schemas/service.schema.ts';
import { passedOverProblems } from '../../recording/passed-over.ts';
import { inTime } from '../../waiting/in-time.ts';
import type { Context } from '../context/context.ts';
import { sendJson, sendJsonText } from '../http/send-json.ts';

/** Whoever asks whether we are ready seldom waits longer, in milliseconds. */
const PATIENCE = 1_000;

/** Is the process alive, and can it do its work? */
export function healthRoutes(
  app: FastifyInstance,
  { unboundedDatabase, champions, recording, access, settings }: Context,
): void {
  const database = unboundedDatabase.within(PATIENCE);
  const isThere = () =>
    database.ping().then(
      () => true,
      () => false,
    );
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
      // Where it sleeps, a probe of somebody's that comes every few minutes would keep it awake.
      const asked = settings.databaseSleeps ? null : await isThere();
      const isAway = asked === null ? recording.watch.isAway : !asked;
      if (asked !== true) await expectSpool(recording.spool);
      const { size } = recording.drain;
      const aside = await recording.aside.count();
      const problems = [
        ...(isAway ? [AWAY] : recording.watch.problems()),
        ...(size === 0 ? [] : [`predictions in the spool, to be recorded: ${size}`]),
        ...asideProblems(aside),
        ...passedOverProblems(recording.spool),
        ...champions.problems(),
        ...access.problems(),
      ];
      const database = isAway ? 'away' : asked === null ? 'not asked' : 'answers';
      return sendJson(reply, 200, { status: 'ready', database, spooled: size, aside, problems });
    },
  );
}

const AWAY = 'the database does not answer: predictions are kept in the spool, and other calls fail';

function asideProblems(aside: number | null): string[] {
  if (aside === null || aside === 0) return [];
  return [
    `predictions that could not be recorded and were set aside: ${aside}; the log says why, and \`hundredfold spool return\` puts them back`,
  ];
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
