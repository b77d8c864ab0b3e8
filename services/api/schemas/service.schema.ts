import * as Type from 'typebox';
import { Nullable } from './nullable.ts';

export const HealthSchema = Type.Object({ status: Type.Literal('ok') });

export const ReadySchema = Type.Object({
  status: Type.Literal('ready'),
  database: Type.Union([Type.Literal('answers'), Type.Literal('away'), Type.Literal('not asked')], {
    description:
      'Asked with each call; on AWS never, where it would be kept awake: `away` is what the last call that needed it found.',
  }),
  spooled: Type.Integer({
    description: 'Predictions that wait for the database, as far as this process knows.',
  }),
  aside: Nullable(
    Type.Integer({
      description: 'Predictions that could not be recorded and were set aside: somebody has to see to them.',
    }),
  ),
  problems: Type.Array(Type.String()),
});

/** The page for Prometheus. */
export const MetricsPage = Type.String();
