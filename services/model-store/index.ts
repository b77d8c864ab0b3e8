export { type ArtifactName, getArtifact, putArtifact } from './artifact.ts';
export { DirectoryStore } from './directory-store.ts';
export * from './errors.ts';
export { modelKey, POINTERS, pointerKey, refusedKey, SPOOL, spoolKey } from './keys.ts';
export type { ObjectStore, Precondition, StoredObject } from './object-store.ts';
export type { Pointer } from './pointer.schema.ts';
export { adoptStates, type PointerState, readPointer, writePointer } from './pointer.ts';
export { Spool } from './spool.ts';
export type { SpooledPrediction } from './spooled-prediction.ts';
