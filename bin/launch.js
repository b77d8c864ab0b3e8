// Runs a TypeScript entry file on Node 24, whatever Node started us.
//
// On Node 24 or later the entry is imported into this very process. On an older one (18 or later) Node 24 is
// fetched from npm once, and the binary itself is spawned, so that signals and exit codes are the child's own:
// npx would put a shell between us, which dies of a signal before its child does.
// Plain JavaScript, because an older Node has to read it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WANTED = 24;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const remembered = path.join(root, 'node_modules', '.cache', 'hundredfold', `node${WANTED}`);

/** Runs `entry` (relative to the repository) with `args`; returns when the work is under way. */
export async function launch(entry, args, nodeFlags = []) {
  const file = path.join(root, entry);
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= WANTED && nodeFlags.every((flag) => process.execArgv.includes(flag))) {
    process.argv = [process.argv[0], file, ...args];
    await import(pathToFileURL(file).href);
    return;
  }
  const node = major >= WANTED ? process.execPath : fetchNode();
  passThrough(spawn(node, [...nodeFlags, file, ...args], { stdio: 'inherit' }));
}

/** The path of a Node 24 binary: the remembered one, or one fetched from npm now. Exits with 1 when it cannot be had. */
function fetchNode() {
  const known = existsSync(remembered) ? readFileSync(remembered, 'utf8') : '';
  if (known !== '' && existsSync(known)) return known;
  console.error(
    `Hundredfold needs Node ${WANTED}; this is ${process.version}. Fetching node@${WANTED} from npm, once …`,
  );
  const npx = spawnSync('npx', ['--yes', '--package', `node@${WANTED}`, '-c', 'node -p process.execPath'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const found = (npx.stdout ?? '').trim().split('\n').at(-1) ?? '';
  if (npx.status !== 0 || !existsSync(found)) {
    console.error(
      `Node ${WANTED} could not be fetched from npm. Install it from https://nodejs.org and try again.\n${npx.stderr ?? npx.error ?? ''}`,
    );
    process.exit(1);
  }
  mkdirSync(path.dirname(remembered), { recursive: true });
  writeFileSync(remembered, found);
  return found;
}

/** Hands signals on to the child and leaves with its exit code, after it. A repeated signal changes nothing. */
function passThrough(child) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    let passed = false;
    process.on(signal, () => {
      if (!passed) child.kill(signal);
      passed = true;
    });
  }
  child.on('error', (error) => {
    console.error(`Node could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? (signal === null ? 1 : 128));
  });
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [entry, ...args] = process.argv.slice(2);
  if (entry === undefined) {
    console.error('usage: node bin/launch.js ENTRY [ARGUMENTS]');
    process.exit(2);
  }
  await launch(entry, args);
}
