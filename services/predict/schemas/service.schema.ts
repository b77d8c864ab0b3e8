import * as Type from 'typebox';

export const HealthSchema = Type.Object({ status: Type.Literal('ok') });

export const ReadySchema = Type.Object({
  status: Type.Literal('ready'),
  database: Type.Union([Type.Literal('answers'), Type.Literal('away')]),
  spooled: Type.Integer({
    description: 'Predictions that wait for the database, as far as this process knows.',
  }),
  problems: Type.Array(Type.String()),
});

/** The page for Prometheus. */
export const MetricsPage = Type.String();
