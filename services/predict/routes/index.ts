import type { FastifyInstance } from 'fastify';
import type { Context } from '../context/context.ts';
import { championRoutes } from './champion.ts';
import { definitionRoutes } from './definitions.ts';
import { exampleRoutes } from './examples.ts';
import { healthRoutes } from './health.ts';
import { importRoutes } from './imports.ts';
import { keyRoutes } from './keys.ts';
import { labelRoutes } from './labels.ts';
import { learnedRowRoutes } from './learned-rows.ts';
import { metricsRoutes } from './metrics.ts';
import { modelRoutes } from './models.ts';
import { openapiRoutes } from './openapi.ts';
import { predictionRoutes } from './predictions.ts';
import { predictorRoutes } from './predictors.ts';
import { reproductionRoutes } from './reproductions.ts';
import { retrainingRoutes } from './retrainings.ts';
import { spoolRoutes } from './spool.ts';
import { storedImportRoutes } from './stored-imports.ts';
import { storedPredictionRoutes } from './stored-predictions.ts';
import { suggestionRoutes } from './suggestions.ts';
import { trainingRoutes } from './training.ts';

/** Every resource of the API, in the order of the documentation. */
export const ROUTES: readonly ((app: FastifyInstance, context: Context) => void)[] = [
  predictionRoutes,
  suggestionRoutes,
  labelRoutes,
  storedPredictionRoutes,
  definitionRoutes,
  predictorRoutes,
  importRoutes,
  storedImportRoutes,
  exampleRoutes,
  retrainingRoutes,
  modelRoutes,
  learnedRowRoutes,
  reproductionRoutes,
  championRoutes,
  trainingRoutes,
  keyRoutes,
  spoolRoutes,
  healthRoutes,
  metricsRoutes,
  openapiRoutes,
];
