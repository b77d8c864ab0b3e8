// A run of migrations in a process of its own: `node runner.ts CONNECTION_STRING [PATIENCE_MS]`.
import { migrate } from '../../../database/index.ts';

const [connectionString = '', patience] = process.argv.slice(2);
const { applied } = await migrate({
  connectionString,
  report: (line) => console.log(line),
  ...(patience === undefined ? {} : { patience: Number(patience) }),
});
console.log(`applied ${applied.length}`);
