export { type ArtifactName, getArtifact, putArtifact } from './artifact.ts';
export { DirectoryStore } from './directory/directory-store.ts';
export { type DispatchMark, DispatchMarks } from './dispatch-marks.ts';
export * from './errors.ts';
export {
  blockOf,
  DISPATCH_MARK,
  isBlock,
  modelKey,
  modelsPrefix,
  POINTERS,
  placedId,
  pointerKey,
  refusedKey,
  SPOOL,
  SWEPT,
  spoolKey,
} from './keys.ts';
export type { ObjectStore, Precondition, StoredObject } from './object-store.ts';
export type { Pointer } from './pointer.schema.ts';
export { adoptStates, type PointerState, readPointer, writeDeleted, writePointer } from './pointer.ts';
export { makeBucket } from './s3/make-bucket.ts';
export type { S3Limits, S3StoreSettings } from './s3/s3.settings.ts';
export { S3Store } from './s3/s3-store.ts';
export { type PutBack, Spool } from './spool.ts';
export type { SpooledPrediction } from './spooled-prediction.ts';
