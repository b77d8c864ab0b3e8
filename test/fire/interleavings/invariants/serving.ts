import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DirectoryStore } from '../../../../services/model-store/index.ts';
import { Champions } from '../../../../services/serving/champions.ts';
import type { Books } from '../books.ts';
import type { Snapshot } from '../snapshot.ts';

/** Whatever the registry or the pointer names is there, whole; the pointer is never ahead, and never goes back. */
export async function checkArtifacts(
  books: Books,
  before: Snapshot | null,
  now: Snapshot,
  storeFolder: string,
): Promise<void> {
  const { pointer, predictor, models } = now;
  const named = pointer?.champion == null ? models : [...models, pointer.champion];
  for (const { key, sha256 } of named) {
    const bytes = await readFile(path.join(storeFolder, key)).catch(() => null);
    if (bytes === null) books.fault(`${key} is missing`);
    else if (createHash('sha256').update(bytes).digest('hex') !== sha256) books.fault(`${key} is damaged`);
  }
  if (predictor.champion !== null && !models.some(({ version }) => version === predictor.champion)) {
    books.fault(`the champion, model ${predictor.champion}, is not registered`);
  }
  const serving = models.filter(({ status }) => status === 'champion').map(({ version }) => version);
  if (serving.join() !== (predictor.champion ?? '').toString()) {
    books.fault(`models ${serving} are champions, and the predictor's is ${predictor.champion}`);
  }
  if (pointer === null) return;
  if (pointer.change > predictor.change)
    books.fault(`the pointer is of change ${pointer.change}, the database of ${predictor.change}`);
  if (pointer.change < (before?.pointer?.change ?? 0)) {
    books.fault(`the pointer went back from change ${before?.pointer?.change} to ${pointer.change}`);
  }
  if (pointer.change === predictor.change) checkPointer(books, now);
}

/** A pointer of the same change as the database says what the database says. */
export function checkPointer(books: Books, { pointer, predictor }: Snapshot): void {
  const champion = pointer?.champion?.model ?? null;
  if (
    champion !== predictor.champion ||
    pointer?.revision !== predictor.revision ||
    pointer.change !== predictor.change
  ) {
    books.fault(
      `the pointer names model ${champion}, revision ${pointer?.revision}; the database ${predictor.champion}, ${predictor.revision}`,
    );
  }
}

/** Whoever has only the store answers, with the model that the pointer names. */
export async function checkAnswering(
  books: Books,
  now: Snapshot,
  storeFolder: string,
  name: string,
): Promise<void> {
  if (now.pointer?.champion == null) return;
  const champions = new Champions({ store: new DirectoryStore(storeFolder) });
  const champion = (await champions.find(name))?.champion ?? null;
  const answer = champion?.model.answer({ q: 'w1', nonce: 1 }) ?? null;
  if (champion?.version !== now.pointer.champion.model || answer === null || !('suggestions' in answer)) {
    books.fault(`model ${now.pointer.champion.model} does not answer from the store alone`);
  }
}

/** What was erased is nowhere any more. */
export function checkErased(books: Books, now: Snapshot): void {
  const stored = new Set([
    ...now.predictions.map(({ id }) => id),
    ...now.examples.map(({ prediction }) => prediction),
  ]);
  for (const { id, nonce, fate } of books.answered()) {
    if (fate.erased === 'yes' && stored.has(id)) books.fault(`row ${nonce} was erased and is there again`);
  }
}
