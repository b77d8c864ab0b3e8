import type { FastifyInstance } from 'fastify';
import { type Database, jsonbSize } from '../../../database/index.ts';
import { operation } from '../../api/openapi/operation.ts';
import { Problem } from '../../api/problem.ts';
import { AppliedSchema } from '../../api/schemas/predictor.schema.ts';
import { checkRenames, renames } from '../../ml/predictor/definition.renames.ts';
import { DefinitionSchema } from '../../ml/predictor/definition.schema.ts';
import type { PredictorDefinition } from '../../ml/predictor/definition.ts';
import { signature } from '../../ml/predictor/definition.ts';
import { parseDefinition, readDefinition } from '../../ml/predictor/parse-definition.ts';
import type { Warning } from '../../ml/warning.ts';
import { STORED_LIMIT } from '../answers/stored-size.ts';
import type { Context } from '../context/context.ts';
import { acceptJsonText, neededBody, notJson } from '../http/json-body.ts';
import { sendJson } from '../http/send-json.ts';
import { describedPredictor, shownPredictor } from '../predictors/shown-predictor.ts';
import { takeOver } from '../predictors/take-over.ts';

const url = '/predictors/:predictor';

const schema = operation(url, {
  id: 'applyDefinition',
  tag: 'predictors',
  summary: 'Create a predictor, or give it a new definition',
  description: '201 when new, 200 after. The same definition again changes nothing.',
  body: { 'application/json': DefinitionSchema },
  answers: { 200: AppliedSchema, 201: AppliedSchema },
  problems: [
    'body_not_json',
    'body_too_large',
    'unsupported_media_type',
    'definition_invalid',
    'definition_too_large',
    'predictor_being_deleted',
    'database_unavailable',
    'model_store_unavailable',
  ],
});

/** Applies definitions. Their text is read here, since two keys of one name are seen only there. */
export function definitionRoutes(app: FastifyInstance, context: Context): void {
  const { database, dispatcher, settings } = context;
  app.register(async (scope) => {
    acceptJsonText(scope);
    scope.put<{ Params: { predictor: string } }>(
      url,
      { schema, bodyLimit: settings.definitionLimit },
      async (request, reply) => {
        const { predictor } = request.params;
        const definition = read(String(neededBody(request.body || undefined)), predictor);
        checkSize(definition);
        await checkNames(database, definition);
        const { created, changed, championLost } = await database.predictors.apply(
          definition,
          signature(definition),
        );
        await takeOver(context, predictor);
        dispatcher.look();
        const described = await describedPredictor(database, predictor);
        return sendJson(reply, created ? 201 : 200, {
          ...shownPredictor(described, championLost ? [CHAMPION_LOST] : []),
          changed,
        });
      },
    );
  });
}

const CHAMPION_LOST: Warning = {
  code: 'models_lost',
  detail:
    'The inputs or the target changed: models made before cannot answer any more, and a new first training is asked for as soon as there are examples enough.',
  columns: [],
  rows: 0,
};

/** @throws DefinitionError */
async function checkNames(database: Database, definition: PredictorDefinition): Promise<void> {
  const state = await database.predictors.state(definition.name);
  if (state === null) return;
  const inForce = parseDefinition(state.definition);
  if (!renames(definition, inForce)) return;
  checkRenames(definition, inForce, await database.predictors.columnNames(state.id));
}

function read(text: string, name: string): PredictorDefinition {
  try {
    return readDefinition(text, name);
  } catch (error) {
    throw error instanceof SyntaxError ? notJson(error) : error;
  }
}

/** The same as a row's: what is stored must be read again in one row of the Data API, which holds 64 KiB. */
function checkSize(definition: PredictorDefinition): void {
  const size = jsonbSize(definition);
  if (size <= STORED_LIMIT) return;
  throw new Problem(
    'definition_too_large',
    `The definition takes ${size} bytes with its defaults, and ${STORED_LIMIT} can be stored: shorten its texts, or have fewer inputs.`,
  );
}
