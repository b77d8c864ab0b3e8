// Runs a TypeScript entry file on Node 24, whatever Node started us.
//
// On Node 24 or later the entry is imported into this very process. On an older one (18 or later) Node 24 is
// fetched from npm once, and the binary itself is spawned, so that signals and exit codes are the child's own:
// npx would put a shell between us, which dies of a signal before its child does.
// Plain JavaScript, because an older Node has to read it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WANTED = 24;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const cache = path.join(root, 'node_modules', '.cache', 'hundredfold');
const remembered = path.join(cache, `node${WANTED}`);

/** Runs `entry` (relative to the repository) with `args`; returns when the work is under way. */
export async function launch(entry, args) {
  const file = path.join(root, entry);
  // What V8 made of our files is kept, for what this process starts, too: a third of a start is compiling them.
  process.env.NODE_COMPILE_CACHE ??= path.join(cache, 'compiled');
  if (majorOf(process.version) >= WANTED) {
    module.enableCompileCache();
    process.argv = [process.argv[0], file, ...args];
    await import(pathToFileURL(file).href);
    return;
  }
  const child = heedSignals();
  const node = rememberedNode() ?? (await fetchNode(child));
  const { code, signal } = await child.run(node, [file, ...args], { stdio: 'inherit' });
  process.exit(code ?? exitCodeOf(signal));
}

/**
 * Starts one child at a time, hands the first signal on to it, and nothing of what comes after: a terminal and a
 * process group deliver more than one. The process ends after the child, never before.
 */
function heedSignals() {
  let stoppedBy = null;
  let stop = null;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {
      if (stoppedBy === null) stop?.(signal);
      stoppedBy ??= signal;
    });
  }
  return {
    run(program, args, options) {
      if (stoppedBy !== null) process.exit(exitCodeOf(stoppedBy));
      return new Promise((resolve) => {
        const child = spawn(program, args, options);
        let output = '';
        child.stdout?.setEncoding('utf8').on('data', (text) => {
          output += text;
        });
        child.stderr?.setEncoding('utf8').on('data', (text) => {
          output += text;
        });
        // A detached child leads a group of its own, which has to be told as a whole.
        stop = (signal) => (options.detached ? process.kill(-child.pid, signal) : child.kill(signal));
        const end = (code, signal) => {
          stop = null;
          resolve({ code, signal, output });
        };
        child.on('error', (error) => {
          output += error.message;
          if (options.stdio === 'inherit') console.error(`${program} could not be started: ${error.message}`);
          end(1, null);
        });
        child.on(options.stdio === 'inherit' ? 'exit' : 'close', end);
      });
    },
  };
}

/** The binary that an earlier start fetched, if it is still there and still runs. */
function rememberedNode() {
  try {
    const known = readFileSync(remembered, 'utf8');
    return isWanted(known) ? known : null;
  } catch {
    return null;
  }
}

/** Fetches a Node 24 from npm, and remembers where its binary is. Exits with 1 when none can be had. */
async function fetchNode(child) {
  console.error(
    `Hundredfold needs Node ${WANTED}; this is ${process.version}. Fetching node@${WANTED} from npm, once …`,
  );
  let said = '';
  for (const name of packages()) {
    const args = ['--yes', '--package', `${name}@${WANTED}`, '-c', 'node -p process.execPath'];
    const { output } = await child.run('npx', args, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const found = output.split('\n').find((line) => path.isAbsolute(line) && isWanted(line));
    if (found !== undefined) {
      remember(found);
      return found;
    }
    said = output;
  }
  console.error(
    `Node ${WANTED} could not be fetched from npm. Install it from https://nodejs.org and try again.\n${said}`,
  );
  process.exit(1);
}

/**
 * The package `node` fetches the one for the platform with an install script; where scripts are switched off
 * (ignore-scripts) it is empty, npx finds the old Node, and the platform's own package is asked for.
 */
function packages() {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return ['node', `${prefix}-${process.platform}-${process.arch}`];
}

function remember(node) {
  try {
    mkdirSync(path.dirname(remembered), { recursive: true });
    writeFileSync(remembered, node);
  } catch {
    // A checkout that cannot be written to asks npx again, which has it in its own cache.
  }
}

function isWanted(node) {
  const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return status === 0 && majorOf(stdout) >= WANTED;
}

function majorOf(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
}

function exitCodeOf(signal) {
  return 128 + (os.constants.signals[signal] ?? 0);
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [entry, ...args] = process.argv.slice(2);
  if (entry === undefined) {
    console.error('usage: node bin/launch.js ENTRY [ARGUMENTS]');
    process.exit(2);
  }
  await launch(entry, args);
}
