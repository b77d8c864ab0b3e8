// Opens a data folder at a given moment, for tests of two starts at once: node opener.ts FOLDER MILLISECONDS
import { openDataFolder } from '../../../services/local/data-folder/open.ts';

const [folder = '', moment = '0'] = process.argv.slice(2);
process.stdout.write('waiting\n');
await new Promise((resolve) => setTimeout(resolve, Number(moment) - Date.now()));
try {
  const data = await openDataFolder(folder);
  process.stdout.write('opened\n');
  process.once('SIGTERM', () => void data.close().then(() => process.exit(0)));
  setInterval(() => {}, 1_000_000);
} catch (error) {
  const refused =
    error instanceof Error && 'code' in error ? `${error.code}: ${error.message}` : String(error);
  process.stdout.write(`${refused}\n`);
}
