import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { ADULT } from '../bench/support/adult.ts';
import { temporaryFolder } from '../support/folder.ts';
import { describeWhere, testData } from '../support/requirement.ts';
import { startProgram } from '../support/started-program.ts';

const data = testData();

describeWhere(data, 'real rows at size, over HTTP', () => {
  test('32,561 people of the census: imported, trained and answered', async () => {
    const body = await readFile(path.join(data.folder, 'adult/adult_train.csv'), 'utf8');
    const folder = await temporaryFolder();
    const program = await startProgram(folder.path);
    try {
      const { inputs, target } = ADULT;
      const applied = await program.put('/predictors/adult', { name: 'adult', inputs, target });
      expect(applied.status).toBe(201);
      const imported = await program.importCsv('adult', body);
      expect(imported.body).toMatchObject({ imported: 32_561, rejectedTotal: 0 });
      expect(await program.settled('adult', 120_000)).toMatchObject({ champion: { model: 1 } });
      const { body: model } = await program.get('/predictors/adult/models/1');
      expect(model).toMatchObject({ examples: 32_561 });
      expect((model.metrics as { accuracy: number }).accuracy).toBeGreaterThan(0.84);
    } finally {
      await program.process.kill();
      await folder.remove();
    }
  }, 180_000);
});
