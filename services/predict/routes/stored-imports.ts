import type { FastifyInstance } from 'fastify';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { ImportSchema, ImportsPage, UndoneSchema } from '../../api/schemas/example.schema.ts';
import { PageQuery } from '../../api/schemas/page.schema.ts';
import { after, inSteps } from '../../upkeep/in-steps.ts';
import type { Context } from '../context/context.ts';
import { readPage } from '../http/page-query.ts';
import { sendJson } from '../http/send-json.ts';
import { inOrder } from '../predictors/in-order.ts';
import { storedPredictor } from '../predictors/serving-predictor.ts';
import { removalDatabase, STRETCH } from '../removals/removal-database.ts';

const url = '/predictors/:predictor/imports';

/** Lists imports, and undoes them. */
export function storedImportRoutes(app: FastifyInstance, context: Context): void {
  const { database, dispatcher } = context;
  app.get<{ Params: { predictor: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'listImports',
        tag: 'examples',
        summary: 'What was imported, newest first',
        query: PageQuery,
        answers: { 200: ImportsPage },
        problems: ['predictor_unknown', 'query_invalid', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const page = readPage(request.query, 'number');
      const { id } = await storedPredictor(database, request.params.predictor);
      const { rows, next } = await database.imports.list(id, page);
      return sendJson(reply, 200, { imports: rows.map((row) => inOrder(ImportSchema, row)), next });
    },
  );

  const one = `${url}/:import`;
  app.delete<{ Params: { predictor: string; import: string } }>(
    one,
    {
      schema: operation(one, {
        id: 'undoImport',
        tag: 'examples',
        summary: 'Undo an import: its rows go, and models that learned from any of them are flagged',
        description:
          'From then on nothing learns from its rows, and the same file may be imported again. 202 where it had so many that some are left to be removed: the same call goes on, or else the service does so by itself.',
        answers: { 200: UndoneSchema, 202: UndoneSchema },
        problems: ['predictor_unknown', 'import_unknown', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const { predictor, import: asked } = request.params;
      const { id } = await storedPredictor(database, predictor);
      const { removals } = removalDatabase(context);
      // Before, so that a sweep looks after what a crash leaves.
      await dispatcher.announce();
      const undone = /^\d{1,15}$/.test(asked)
        ? await inSteps((rows) => removals.undoImport(id, asked, rows), after(STRETCH))
        : null;
      if (undone === null) throw unknownImport(asked);
      const { rows, flaggedModels, done } = undone;
      return sendJson(reply, done ? 200 : 202, { id: Number(asked), undone: done, rows, flaggedModels });
    },
  );
}

function unknownImport(id: string): Problem {
  return new Problem('import_unknown', `There is no import ${JSON.stringify(id.slice(0, 64))}.`);
}
