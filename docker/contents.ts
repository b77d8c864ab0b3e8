// Lays out what an image holds of ours, as it will stand in it: node docker/contents.ts predict|train FOLDER
// FOLDER/root is copied into the image; FOLDER/report is for whoever builds it.
import { chmod, chown, copyFile, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundle, type Program } from './bundle.ts';
import { bundledPackages } from './contents/bundled-packages.ts';
import { licencesOf } from './contents/licences.ts';
import { sbomOf } from './contents/sbom.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
/** Which executables stand on the image's path. */
const EXECUTABLES: Readonly<Record<Program, readonly string[]>> = {
  predict: ['server', 'healthy'],
  train: ['server', 'task', 'healthy'],
};
/** Whoever the image runs as owns one folder: volumes that are mounted there are its to write to. */
const USER = 1000;

async function layOut(program: Program, folder: string, time: number): Promise<void> {
  const root = path.join(folder, 'root');
  const [task, bin, notes, data, report] = (await Promise.all(
    [
      'root/var/task',
      'root/usr/local/bin',
      'root/usr/share/doc/hundredfold',
      'root/var/hundredfold',
      'report',
    ].map(async (name) => {
      const made = path.join(folder, name);
      await mkdir(made, { recursive: true });
      return made;
    }),
  )) as [string, string, string, string, string];
  const { metafile } = await bundle(program, task);
  for (const name of EXECUTABLES[program]) {
    await copyFile(path.join(import.meta.dirname, 'executables', name), path.join(bin, name));
  }
  const packages = bundledPackages(metafile);
  const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  const sbom = sbomOf({ folder: ROOT, program, version, packages, time });
  await writeFile(path.join(notes, 'sbom.cdx.json'), sbom);
  await writeFile(path.join(report, 'sbom.cdx.json'), sbom);
  await writeFile(path.join(notes, 'LICENSES'), await licencesOf(ROOT, packages));
  await writeFile(path.join(report, 'metafile.json'), JSON.stringify(metafile));
  await sameEverywhere(root, bin, time);
  if (process.getuid?.() === 0) await chown(data, USER, USER);
}

/** Modes and times that depend on nothing but the commit: equal content gives equal layers. */
async function sameEverywhere(root: string, bin: string, time: number): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.map((entry) => ({
    file: path.join(entry.parentPath, entry.name),
    isFolder: entry.isDirectory(),
  }));
  // The deepest first: writing into a folder gives it a new time.
  for (const { file, isFolder } of [...files, { file: root, isFolder: true }].toSorted(
    (a, b) => b.file.length - a.file.length,
  )) {
    await chmod(file, isFolder || path.dirname(file) === bin ? 0o755 : 0o644);
    await utimes(file, time, time);
  }
}

const [program, folder] = process.argv.slice(2);
const time = Number(process.env.SOURCE_DATE_EPOCH ?? '0');
if ((program !== 'predict' && program !== 'train') || folder === undefined || !Number.isSafeInteger(time)) {
  console.error('usage: SOURCE_DATE_EPOCH=SECONDS node docker/contents.ts predict|train FOLDER');
  process.exit(2);
}
await layOut(program, path.resolve(folder), time);
