// Writes rows in units, each of which happens or does not, and says which are done: `node … CONNECTION_STRING PREDICTOR PREFIX`.
import { openDatabase } from '../../database/index.ts';
import { rowsOf, UNITS } from './killed-writer-units.ts';

const [connectionString = '', predictor = '', prefix = ''] = process.argv.slice(2);
const database = openDatabase({ connectionString, connections: 1 });
const predictorId = Number(predictor);

for (const unit of UNITS) {
  const rows = rowsOf(unit, predictorId, prefix);
  if (unit.how === 'recorded') await database.predictions.record(rows);
  if (unit.how === 'transaction') {
    await database.transaction(async (transaction) => {
      for (const row of rows) await transaction.predictions.record([row]);
    });
  }
  if (unit.how === 'labelled') {
    for (const { id } of rows) await database.predictions.label(id, { label: 'Pharmacy' });
  }
  if (unit.how === 'imported') {
    await database.transaction(async (transaction) => {
      const { id: importId = '' } = rows[0] ?? {};
      const staged = rows.map((_, line) => ({ line, inputs: { query: 'q' }, label: 'Lab', value: null }));
      await transaction.imports.stage(importId, staged.slice(0, 5));
      await transaction.imports.stage(importId, staged.slice(5));
      await transaction.imports.finish(importId, predictorId, true);
    });
  }
  console.log(`done ${unit.name}`);
}
await database.close();
