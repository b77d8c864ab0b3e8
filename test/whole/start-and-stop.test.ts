import { readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { socketConnectionString } from '../../services/local/postgres/database.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { importsUnderWay } from '../support/imports-under-way.ts';
import { startProcess } from '../support/process.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';

const NPM = ['npm', 'start', '--'] as const;
const DEFINITION = {
  name: 'p',
  inputs: { query: { type: 'text' } },
  target: { name: 'side', type: 'label' },
};
/** One for the whole file: a start on what the one before left. */
let folder: TemporaryFolder;
let running: StartedProgram | null = null;

beforeAll(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await running?.process.kill();
  running = null;
});
afterAll(() => folder.remove());

const npmStart = async () => {
  running = await startProgram(folder.path, ['--empty'], NPM);
  return running;
};

describe('npm start', () => {
  test('stops on a Ctrl-C to its whole process group, also when it is pressed again and again', async () => {
    const program = await npmStart();
    program.process.signalGroup('SIGINT');
    program.process.signalGroup('SIGINT');
    setTimeout(() => {
      try {
        program.process.signalGroup('SIGINT');
      } catch {
        // Gone already.
      }
    }, 5);
    expect(await program.process.exited).toEqual({ code: 0, signal: null });
    await program.process.assertClean();
  }, 60_000);

  test('stops on a SIGTERM to npm alone: what is being answered is answered, exit 0, nothing is left running; the next start has it all, and keeps a third one out', async () => {
    const first = await npmStart();
    const csv = `query,side\n${Array.from({ length: 8_000 }, (_, n) => `row ${n},${n % 2 ? 'a' : 'b'}`).join('\n')}\n`;
    await first.put('/predictors/p', DEFINITION);
    const importing = first.importCsv('p', csv, '?train=false');
    const socket = await readFile(path.join(folder.path, 'postgres.socket'), 'utf8');
    await importsUnderWay(socketConnectionString(socket.trim(), 'hundredfold', 'hundredfold'), 1);
    first.process.signal('SIGTERM');
    expect((await importing).body).toMatchObject({ imported: 8_000 });
    expect(await first.process.exited).toEqual({ code: 0, signal: null });
    await first.process.assertClean();

    const second = await npmStart();
    expect((await second.get('/predictors/p')).body).toMatchObject({ examples: { imported: 8_000 } });
    expect((await second.get('/ready')).status).toBe(200);

    const pid = await readFile(path.join(folder.path, 'lock'), 'utf8');
    const { code, output } = await failing(['--data', folder.path, '--port', '0']);
    expect(code).toBe(1);
    expect(output).toContain('data_folder_in_use');
    const named = /\b(\d+)\b/.exec(output.replaceAll(folder.path, ''))?.[1] ?? 'none';
    expect(pid).toContain(named);
    expect(await second.process.tree()).toContain(Number(named));
  }, 60_000);
});

/** A start that is expected to fail, and to leave no process behind. */
async function failing(args: string[]): Promise<{ code: number | null; output: string }> {
  const started = startProcess({
    command: process.execPath,
    args: ['bin/launch.js', 'services/local/server.ts', ...args],
    env: { NODE_OPTIONS: undefined },
  });
  const { code } = await started.closed;
  await started.assertClean();
  return { code, output: started.output };
}

describe('a start that cannot be', () => {
  test('on a port in use says so and what to do, and leaves no PostgreSQL behind', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const { code, output } = await failing(['--data', folder.path, '--port', String(port), '--empty']);
    server.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} is in use`);
    expect(output).toContain('port_in_use');
  }, 60_000);

  test('beyond loopback is refused: it would need API keys', async () => {
    const { code, output } = await failing(['--data', folder.path, '--host', '0.0.0.0']);
    expect(code).toBe(1);
    expect(output).toContain('keys_required');
  });

  test('with a flag that does not exist is refused by its name', async () => {
    const { code, output } = await failing(['--prot', '3000']);
    expect(code).toBe(1);
    expect(output).toContain('--prot');
  });
});
