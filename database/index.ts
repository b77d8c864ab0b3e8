export type { ConnectionOptions, Database, DatabaseOptions, TransactionOptions } from './database.ts';
export { openDatabase } from './database.ts';
export * from './errors.ts';
export { type Invocation, listenForInvocations } from './invocations.ts';
export { jsonbSize } from './jsonb-size.ts';
export type { MigrateOptions } from './migrate.ts';
export { migrate } from './migrate.ts';
export { type DataApiPlace, openDataApi } from './open-data-api.ts';
export type { Page, PageRequest } from './page.ts';
export type { KeyRole, KeysInForce, StoredKey } from './repositories/api-key.repository.ts';
export type {
  ExampleFilter,
  LearnableRow,
  LearnedRow,
  StoredExample,
} from './repositories/example.repository.ts';
export type { EarlierAnswer, IdempotencyKey } from './repositories/idempotency.repository.ts';
export type { ImportNote, StagedRow } from './repositories/import.repository.ts';
export type { ClosedParts, PartedImport } from './repositories/import-part.repository.ts';
export type { PruningRules, RegisteredModel } from './repositories/model.repository.ts';
export type {
  GivenLabel,
  NewPrediction,
  PredictionJson,
  RecordedPrediction,
  Target,
} from './repositories/prediction.repository.ts';
export { predictionJson } from './repositories/prediction.repository.ts';
export type { AppliedDefinition, PredictorState } from './repositories/predictor.repository.ts';
export type { Deletion, UndoneImport } from './repositories/removal.repository.ts';
export type { Reproduction } from './repositories/reproduction.repository.ts';
export { rowKey, type TakenKey } from './repositories/row-key.repository.ts';
export type { Claim, Held, NewModel, Verdict } from './repositories/training.repository.ts';
export type { Reading } from './repositories/warning.repository.ts';
export type { Work, WorkLeft } from './repositories/work.repository.ts';
export type { Json, JsonObject } from './tables.ts';
