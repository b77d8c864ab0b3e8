// Writes one object over and over, whole, and never ends by itself: its test kills it.
import { DirectoryStore, S3Store, type S3StoreSettings } from '../../services/model-store/index.ts';

const place: { readonly folder: string } | S3StoreSettings = JSON.parse(process.argv[2] ?? '');
const store = 'folder' in place ? new DirectoryStore(place.folder) : new S3Store(place);
for (let n = 1; ; n++) {
  await store.put('whole', new Uint8Array(8_000_000).fill(n % 256));
  process.stdout.write(`written ${n}\n`);
}
