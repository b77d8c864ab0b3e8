import type { Database } from '../../database/index.ts';
import type { Model } from '../../services/ml/model/model.ts';
import { readModel } from '../../services/ml/model/read.ts';
import { parseDefinition } from '../../services/ml/predictor/parse-definition.ts';
import { train } from '../../services/ml/training/train.ts';
import {
  type ArtifactName,
  type ObjectStore,
  type PointerState,
  putArtifact,
  writePointer,
} from '../../services/model-store/index.ts';

const LABELS = ['Care', 'Imaging', 'Laboratory', 'Records'];
const WORDS = ['blood', 'scan', 'urine', 'x-ray', 'file', 'nurse', 'ward', 'sample'];

/** What people type, and what is asked in the tests. */
export const QUERIES: readonly string[] = WORDS.flatMap((word) => [word, word.slice(0, 3), `${word} now`]);

export const searches = (name: string) => ({
  name,
  inputs: { query: { type: 'text' } },
  target: { name: 'service', type: 'label' },
  retraining: { every: 1_000_000 },
});

export interface Version {
  readonly model: Model;
  readonly bytes: Uint8Array;
}

/** A model that answers unlike those of other turns: each word means another label. */
export async function trainedVersion(name: string, turn: number): Promise<Version> {
  const examples = WORDS.flatMap((word, w) =>
    Array.from({ length: 5 + turn }, (_, n) => ({
      inputs: { query: `${word} ${n}` },
      target: LABELS[(w + turn) % LABELS.length] ?? '',
    })),
  );
  const { artifact } = await train({
    definition: parseDefinition(searches(name)),
    revision: 1,
    examples,
    champion: null,
    seed: 1,
    codeVersion: 'test',
  });
  if (artifact === null) throw new Error('no model');
  return { bytes: artifact.bytes, model: readModel(artifact.bytes) };
}

/** A predictor whose champion is changed in the store alone, as another process would do it. */
export class Pointing {
  readonly #store: ObjectStore;
  #state: PointerState;

  private constructor(store: ObjectStore, state: PointerState) {
    this.#store = store;
    this.#state = state;
  }

  static async at(database: Database, store: ObjectStore, name: string): Promise<Pointing> {
    const state = await database.predictors.state(name);
    if (state === null) throw new Error(`no predictor ${name}`);
    return new Pointing(store, state);
  }

  put(version: number, bytes: Uint8Array): Promise<ArtifactName> {
    return putArtifact(this.#store, this.#state.name, version, bytes);
  }

  async name(version: number, artifact: ArtifactName): Promise<void> {
    const champion = { model: version, ...artifact, promotedAt: new Date().toISOString() };
    this.#state = { ...this.#state, change: this.#state.change + 1, champion };
    await writePointer(this.#store, this.#state);
  }
}
