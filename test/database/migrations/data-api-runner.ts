// A run of migrations over the Data API in a process of its own: `node data-api-runner.ts '{"endpoint": …}'`.
import { Kysely } from 'kysely';
import { createDataApiClient, DataApiDialect } from '../../../database/data-api/index.ts';
import { migrate } from '../../../database/index.ts';
import type { Tables } from '../../../database/tables.ts';

const { endpoint, resourceArn, secretArn, database } = JSON.parse(process.argv[2] ?? '');
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const client = createDataApiClient({ endpoint, region: 'eu-central-1', credentials });
const kysely = new Kysely<Tables>({
  dialect: new DataApiDialect({ client, resourceArn, secretArn, database }),
});
await migrate({ kysely, report: (line) => console.log(line) });
