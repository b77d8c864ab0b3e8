import type { Static, TSchema } from 'typebox';
import * as Type from 'typebox';

/** Names that JavaScript objects treat as special; no other name is reserved. */
export const RESERVED_NAMES = ['__proto__', 'constructor', 'prototype'] as const;

const closed = { additionalProperties: false } as const;

/** Shapes told apart by their `type`: an error then speaks of the shape that was meant, not of every shape there is. */
function byType<Shapes extends TSchema[]>(shapes: [...Shapes], description: string) {
  return Type.Unsafe<Static<Shapes[number]>>({
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: shapes,
    description,
  });
}

function oneOf<const Values extends readonly string[]>(values: Values, options: object) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: values, ...options });
}

/** PostgreSQL stores neither U+0000 nor half a surrogate pair. */
const storable = '^[^\\u0000\\ud800-\\udfff]*$';

/** As long as a question that a form's export has for a heading. */
export const NAME_LENGTH = 255;

function columnName(description: string) {
  return Type.String({
    minLength: 1,
    maxLength: NAME_LENGTH,
    pattern: storable,
    not: { enum: [...RESERVED_NAMES] },
    description,
  });
}

const ColumnName = columnName(`A column's own name: any characters, ${NAME_LENGTH} at most.`);

const MissingValue = Type.Unsafe<string | number | boolean>({
  type: ['string', 'number', 'boolean'],
  maxLength: 255,
  pattern: storable,
});

/** What an input and the target may say alike of where their values come from. */
const origin = {
  column: Type.Optional(columnName("The file's column, where it is named otherwise.")),
  was: Type.Optional(columnName('The name it had before: its examples are kept under the new one.')),
  missing: Type.Optional(
    Type.Array(MissingValue, {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description: 'Values that stand for missing, such as -200 or "N/A".',
    }),
  ),
};

const common = {
  ...origin,
  optional: Type.Optional(
    Type.Boolean({ description: 'May the row leave it out? False, unless `missing` is declared.' }),
  ),
};

const MaxLength = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 100_000, default: 1000, description: 'In code points.' }),
);
const Format = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'How its texts are written, such as `dd/MM/yyyy`. ISO 8601 is taken beside it.',
  }),
);

export const InputSchema = byType(
  [
    Type.Object({ type: Type.Literal('text'), maxLength: MaxLength, ...common }, closed),
    Type.Object({ type: Type.Literal('category'), maxLength: MaxLength, ...common }, closed),
    Type.Object({ type: Type.Literal('number'), ...common }, closed),
    Type.Object({ type: Type.Literal('boolean'), ...common }, closed),
    Type.Object({ type: Type.Literal('date'), format: Format, ...common }, closed),
  ],
  'What one column of the row holds.',
);

const InputsSchema = Type.Unsafe<Record<string, Static<typeof InputSchema>>>({
  type: 'object',
  propertyNames: ColumnName,
  additionalProperties: InputSchema,
  minProperties: 1,
  maxProperties: 1000,
  description: 'The columns a row has, by name.',
});

export const TargetSchema = byType(
  [
    Type.Object({ name: ColumnName, type: Type.Literal('label'), ...origin }, closed),
    Type.Object(
      {
        name: ColumnName,
        type: Type.Literal('number'),
        coverage: Type.Optional(
          Type.Number({
            minimum: 0.5,
            maximum: 0.99,
            default: 0.9,
            description: 'The share of true values that the interval is to hold.',
          }),
        ),
        ...origin,
      },
      closed,
    ),
  ],
  'The column that is predicted.',
);

export const Sources = ['imported', 'accepted', 'corrected', 'predicted'] as const;

/** The published schema of `predictor.json`. */
export const DefinitionSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9-]{1,63}$',
      description: 'Lower-case letters, digits and hyphens, 63 at most: it stands in URLs.',
    }),
    inputs: InputsSchema,
    target: TargetSchema,
    suggestions: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        default: 3,
        description: 'How many suggestions an answer holds.',
      }),
    ),
    retraining: Type.Optional(
      Type.Object(
        {
          every: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_000_000_000,
              default: 100,
              description: 'New rows until the next.',
            }),
          ),
          of: Type.Optional(
            oneOf(['predictions', 'labels'], {
              default: 'predictions',
              description: 'What counts: every new prediction, or only those whose target became known.',
            }),
          ),
          minInterval: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 31_536_000,
              description:
                'Seconds from the start of one training to the next, at least. What a person asks for does not wait.',
            }),
          ),
          maxPerDay: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 100_000,
              description:
                'Trainings started in any 24 hours, at most. What a person asks for does not wait, but counts.',
            }),
          ),
        },
        { ...closed, description: 'When a retraining is asked for.' },
      ),
    ),
    learnFrom: Type.Optional(
      Type.Array(oneOf(Sources, {}), {
        minItems: 1,
        uniqueItems: true,
        default: ['imported', 'accepted', 'corrected'],
        description: '`predicted` makes a model learn from its own guesses, of which the answer warns.',
      }),
    ),
    promotion: Type.Optional(
      oneOf(['automatic', 'manual'], {
        default: 'automatic',
        description: '`manual`: a person approves each challenger that won.',
      }),
    ),
    margin: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 0.2,
        default: 0.01,
        description: 'How much worse than the champion a challenger may be at most, with 95 % confidence.',
      }),
    ),
  },
  { ...closed, title: 'A Hundredfold predictor' },
);

/** `predictor.json` as a person writes it, defaults left out. */
export type DefinitionDocument = Static<typeof DefinitionSchema>;
export type Source = (typeof Sources)[number];
