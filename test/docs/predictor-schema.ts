import { DefinitionSchema } from '../../services/ml/predictor/definition.schema.ts';

/** Where the published schema of `predictor.json` stands. */
export const predictorSchemaFile = new URL('../../docs/reference/predictor.schema.json', import.meta.url);

/** The published schema as a file's text; `$schema` says by which dialect it is meant. */
export function predictorSchemaText(): string {
  const dialect = 'https://json-schema.org/draft/2020-12/schema';
  const schema = { $schema: dialect, $id: 'predictor.json', ...DefinitionSchema };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
