// A process that owns a PostgreSQL, for tests that kill it: node owner.ts CLUSTER
import { startPostgres } from '../../../services/local/postgres/start.ts';

const [folder = ''] = process.argv.slice(2);
process.stdout.write('starting\n');
const postgres = await startPostgres({ folder, durable: false });
process.stdout.write(`ready ${postgres.pid} ${postgres.connectionString}\n`);
process.once('SIGTERM', () => void postgres.stop());
