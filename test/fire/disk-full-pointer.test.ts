import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openDatabase } from '../../database/index.ts';
import { DirectoryStore } from '../../services/model-store/index.ts';
import { retrain } from '../../services/train/index.ts';
import { alignPointers } from '../../services/upkeep/steps.ts';
import { temporaryFolder } from '../support/folder.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { describeWhere } from '../support/requirement.ts';
import { mounts, smallDisk } from '../support/small-disk.ts';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';

describeWhere(mounts(), 'a disk that is full once the model is on it, and not its pointer', () => {
  test('keeps the old pointer whole; with room the next round of upkeep writes the new one', async () => {
    const [place, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
    const database = openDatabase({ connectionString: place.connectionString });
    const disk = smallDisk(path.join(folder.path, 'store'), 4);
    const store = new DirectoryStore(disk.folder);
    const id = await trainedPredictor(database, store, 'late');
    await database.retrainings.request(id);
    const { training } = database;
    const fillingUp = Object.assign(Object.create(training), {
      claim: training.claim.bind(training),
      reserveVersion: training.reserveVersion.bind(training),
      async finish(...given: Parameters<typeof training.finish>) {
        await training.finish(...given);
        await disk.fill();
      },
    });
    const late = retrain('late', {
      database: { ...database, training: fillingUp },
      store,
      codeVersion: 'test',
    });
    await expect(late).rejects.toMatchObject({ code: 'store_full' });
    // What was decided stands, and the one that serves is the one before, until its pointer is written.
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
    expect(await servedModel(database, store, 'late')).toBe(1);
    await expect(alignPointers(database, store)).rejects.toMatchObject({ code: 'store_full' });
    await disk.free();
    await alignPointers(database, store);
    expect(await servedModel(database, store, 'late')).toBe(2);
    await database.close();
    await place.drop();
    await disk.remove();
    await folder.remove();
  });
});
