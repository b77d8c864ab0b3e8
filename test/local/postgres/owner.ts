// A process that owns a PostgreSQL, for tests that kill it: node owner.ts CLUSTER [exit]
import { startPostgres } from '../../../services/local/postgres/start.ts';

const [folder = '', atSignal] = process.argv.slice(2);
if (atSignal === 'exit') process.once('SIGINT', () => process.exit(0));
process.stdout.write('starting\n');
const postgres = await startPostgres({ folder, durable: false });
process.stdout.write(`ready ${postgres.pid} ${postgres.connectionString}\n`);
process.once('SIGTERM', () => void postgres.stop());
