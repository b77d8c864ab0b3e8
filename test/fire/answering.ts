// A second process that answers: node test/fire/answering.ts CONNECTION_STRING STORE_FOLDER
import { openDatabase } from '../../database/index.ts';
import { DirectoryStore } from '../../services/model-store/index.ts';
import { buildApp } from '../../services/predict/service/app.ts';
import { Champions } from '../../services/serving/champions.ts';

const [connectionString = '', folder = ''] = process.argv.slice(2);
const database = openDatabase({ connectionString });
const store = new DirectoryStore(folder);
const app = buildApp({ database, store, champions: new Champions({ store }) });
process.stdout.write(`answers on ${await app.listen({ port: 0 })}\n`);
