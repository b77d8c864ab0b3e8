// Runs a TypeScript entry file that needs packages of a folder's own: `node bin/with-packages.js infra,docker ENTRY …`.
//
// Whoever only runs or tests Hundredfold on one machine needs neither the AWS CDK nor a bundler, so these have a
// package.json of their own. They are installed the first time that something asks for them, and again when the lock
// changed. Plain JavaScript, as bin/launch.js, which starts the entry on Node 24 whatever Node started us.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './launch.js';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Installs what the lock of `folder` (relative to the repository) names, unless that was done. Exits with 1 if it fails. */
export function installPackages(folder) {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, folder, 'package-lock.json')))
    .digest('hex');
  const mark = path.join(root, folder, 'node_modules', '.hundredfold-lock');
  if (readOrNull(mark) === lock || isInstalled(folder)) return;
  console.error(`Installing the packages of ${folder}/, once …`);
  // Output goes where messages go: the entry's own may be read by a program.
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    // Not `--prefix`, which also looks for npm's own settings there, and with them for a proxy's certificates.
    cwd: path.join(root, folder),
    stdio: ['ignore', process.stderr.fd, process.stderr.fd],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(
      `The packages of ${folder}/ could not be installed${error === undefined ? '' : `: ${error.message}`}.`,
    );
    process.exit(1);
  }
  mkdirSync(path.dirname(mark), { recursive: true });
  writeFileSync(mark, lock);
}

/** Was `npm ci` or `npm install` run in the folder by hand, with this very lock? npm keeps a copy of what it installed. */
function isInstalled(folder) {
  const wanted = packagesOf(path.join(root, folder, 'package-lock.json'));
  const found = packagesOf(path.join(root, folder, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional === true || found[name]?.version === version,
  );
}

function packagesOf(lockFile) {
  return JSON.parse(readOrNull(lockFile) ?? '{}').packages ?? {};
}

function readOrNull(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [folders, entry, ...args] = process.argv.slice(2);
  if (folders === undefined || entry === undefined) {
    console.error('usage: node bin/with-packages.js FOLDER[,FOLDER] ENTRY [ARGUMENTS]');
    process.exit(2);
  }
  for (const folder of folders.split(',')) installPackages(folder);
  await launch(entry, args);
}
