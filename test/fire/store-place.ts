import {
  DirectoryStore,
  type ObjectStore,
  S3Store,
  type S3StoreSettings,
} from '../../services/model-store/index.ts';

/** Where models lie, as JSON: a test and the processes that it starts open the same store by it. */
export type StorePlace = { readonly folder: string } | { readonly s3: S3StoreSettings };

export interface OpenStore {
  readonly store: ObjectStore;
  close(): void;
}

export function openStore(place: StorePlace): OpenStore {
  if ('folder' in place) return { store: new DirectoryStore(place.folder), close: () => {} };
  const store = new S3Store(place.s3);
  return { store, close: () => store.close() };
}
