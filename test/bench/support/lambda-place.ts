import { openDatabase } from '../../../database/index.ts';
import type { ObjectStore } from '../../../services/model-store/index.ts';
import { silentLog } from '../../../services/observability/log.ts';
import { noMetrics } from '../../../services/observability/metrics.ts';
import { openService } from '../../../services/predict/service/open-service.ts';
import { retrain } from '../../../services/train/index.ts';

const LABELS = 20;
const ROWS_PER_LABEL = 20;

export const PREDICTOR = 'bench';

/** A query of one of twenty labels. */
export function query(n: number): string {
  return `topic ${n % LABELS} about thing ${n % 7} number ${n}`;
}

/** Trains a text model of twenty labels, into this store. */
export async function trainTwentyLabels(connectionString: string, models: ObjectStore): Promise<void> {
  const service = openService({
    database: { connectionString },
    models,
    spool: models,
    log: silentLog,
    metrics: noMetrics,
  });
  const url = `/predictors/${PREDICTOR}`;
  const definition = {
    name: PREDICTOR,
    inputs: { query: { type: 'text' } },
    target: { name: 'topic', type: 'label' },
  };
  await service.app.inject({ method: 'PUT', url, payload: definition });
  const rows = Array.from({ length: LABELS * ROWS_PER_LABEL }, (_, n) => ({
    query: query(n),
    topic: `label ${n % LABELS}`,
  }));
  await service.app.inject({ method: 'POST', url: `${url}/examples`, payload: rows });
  const database = openDatabase({ connectionString });
  const report = await retrain(PREDICTOR, { database, store: models, codeVersion: 'bench' });
  await database.close();
  await service.close();
  if (report?.verdict !== 'promoted')
    throw new Error(`the model was not promoted: ${JSON.stringify(report)}`);
}
