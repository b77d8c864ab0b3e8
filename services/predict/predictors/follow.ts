import type { PredictorState } from '../../../database/index.ts';
import { writePointer } from '../../model-store/index.ts';
import type { Context } from '../context.ts';

/** Brings the store and this process in line with a state of the database. @throws ModelStoreError */
export async function follow(
  { store, champions }: Pick<Context, 'store' | 'champions'>,
  state: PredictorState,
): Promise<void> {
  await writePointer(store, state);
  await champions.refresh(state.name);
}
