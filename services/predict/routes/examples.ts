import type { FastifyInstance } from 'fastify';
import type { ExampleFilter, StoredExample } from '../../../database/index.ts';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { ExamplesPage, ExamplesQuery } from '../../api/schemas/example.schema.ts';
import { ErasedSchema } from '../../api/schemas/prediction.schema.ts';
import type { Context } from '../context/context.ts';
import { readCount, readPage, readStorable } from '../http/page-query.ts';
import { sendJson } from '../http/send-json.ts';
import { storedPredictor } from '../predictors/serving-predictor.ts';
import { removalDatabase } from '../removals/removal-database.ts';

const url = '/predictors/:predictor/examples';

/** Lists examples, and erases imported ones. */
export function exampleRoutes(app: FastifyInstance, context: Context): void {
  const { database } = context;
  app.get<{ Params: { predictor: string } }>(
    url,
    {
      schema: operation(url, {
        id: 'listExamples',
        tag: 'examples',
        summary: 'Rows whose target is known, newest first',
        description:
          'A page of large rows is shorter than its limit, and one of a search may even be empty: `next` says whether there are more.',
        query: ExamplesQuery,
        answers: { 200: ExamplesPage },
        problems: ['predictor_unknown', 'query_invalid', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const page = readPage(request.query, 'number');
      const filter = readFilter(request.query);
      const { id } = await storedPredictor(database, request.params.predictor);
      const { rows, next } = await database.examples.list(id, page, filter);
      return sendJson(reply, 200, { examples: rows.map(shownExample), next });
    },
  );

  const one = `${url}/:example`;
  app.delete<{ Params: { predictor: string; example: string } }>(
    one,
    {
      schema: operation(one, {
        id: 'eraseExample',
        tag: 'examples',
        summary: 'Erase an imported row; models that learned from it are flagged',
        description: 'A labelled prediction is erased as a prediction.',
        answers: { 200: ErasedSchema },
        problems: ['predictor_unknown', 'example_unknown', 'example_not_imported', 'database_unavailable'],
      }),
    },
    async (request, reply) => {
      const { predictor, example } = request.params;
      const { id } = await storedPredictor(database, predictor);
      const erased = /^\d{1,18}$/.test(example)
        ? await removalDatabase(context).removals.eraseExample(id, example)
        : null;
      if (erased === null) throw unknownExample(example);
      const { prediction, flaggedModels } = erased;
      if (prediction !== null) throw notImported(example, prediction);
      return sendJson(reply, 200, { id: example, erased: true, flaggedModels });
    },
  );
}

function readFilter(query: unknown): ExampleFilter {
  const importId = readCount(query, 'import', 1, Number.MAX_SAFE_INTEGER);
  return {
    importId: importId === null ? null : String(importId),
    label: readStorable(query, 'label', 255),
    text: readStorable(query, 'q', 255),
  };
}

function unknownExample(id: string): Problem {
  return new Problem('example_unknown', `There is no example ${JSON.stringify(id.slice(0, 64))}.`);
}

function notImported(id: string, prediction: string): Problem {
  const detail = `Example ${id} is the label of a prediction: erase that with DELETE /predictions/${prediction}.`;
  return new Problem('example_not_imported', detail);
}

function shownExample({
  rowId,
  predictionId,
  inputs,
  label,
  value,
  source,
  createdAt,
}: StoredExample): object {
  const target = label === null ? { value } : { label };
  return { id: rowId, prediction: predictionId, inputs, ...target, source, createdAt };
}
