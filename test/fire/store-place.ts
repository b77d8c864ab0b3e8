import { DirectoryStore, type ObjectStore } from '../../services/model-store/index.ts';

/** Where models lie, as JSON: a test and the processes that it starts open the same store by it. */
export interface StorePlace {
  readonly folder: string;
}

export function openStore({ folder }: StorePlace): ObjectStore {
  return new DirectoryStore(folder);
}
