import { execFileSync } from 'node:child_process';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { startProcess } from '../support/process.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';

const NPM = ['npm', 'start', '--'] as const;
let folder: TemporaryFolder;
let running: StartedProgram | null = null;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await running?.process.kill();
  running = null;
  await folder.remove();
});

const npmStart = async () => {
  running = await startProgram(folder.path, ['--empty'], NPM);
  return running;
};

describe('npm start', () => {
  test('stops on a SIGTERM to npm alone: exit 0, nothing left running', async () => {
    const program = await npmStart();
    program.process.signal('SIGTERM');
    expect(await program.process.exited).toEqual({ code: 0, signal: null });
    await program.process.assertClean();
  }, 60_000);

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

  test('answers what is being answered before it stops', async () => {
    const program = await npmStart();
    const csv = `query,side\n${Array.from({ length: 20_000 }, (_, n) => `row ${n},${n % 2 ? 'a' : 'b'}`).join('\n')}\n`;
    await program.put('/predictors/p', {
      name: 'p',
      inputs: { query: { type: 'text' } },
      target: { name: 'side', type: 'label' },
    });
    const importing = program.importCsv('p', csv, '?train=false');
    await new Promise((resolve) => setTimeout(resolve, 150));
    program.process.signal('SIGTERM');
    expect((await importing).body).toMatchObject({ imported: 20_000 });
    expect(await program.process.exited).toEqual({ code: 0, signal: null });
    await program.process.assertClean();
  }, 60_000);

  test('starts again on the same folder, with everything still there', async () => {
    const first = await npmStart();
    await first.put('/predictors/kept', {
      name: 'kept',
      inputs: { query: { type: 'text' } },
      target: { name: 'side', type: 'label' },
    });
    first.process.signal('SIGTERM');
    await first.process.exited;
    const second = await npmStart();
    expect((await second.get('/predictors/kept')).status).toBe(200);
    expect((await second.get('/ready')).status).toBe(200);
  }, 60_000);
});

describe('a start that cannot be', () => {
  const failing = async (args: string[]) => {
    const started = startProcess({
      command: process.execPath,
      args: ['bin/launch.js', 'services/local/server.ts', ...args],
      env: { NODE_OPTIONS: undefined },
    });
    const { code } = await started.exited;
    await started.assertClean();
    return { code, output: started.output };
  };

  test('on a folder in use names the process that has it', async () => {
    const program = await npmStart();
    const pid = execFileSync('cat', [`${folder.path}/lock`], { encoding: 'utf8' });
    const { code, output } = await failing(['--data', folder.path, '--port', '0']);
    expect(code).toBe(1);
    expect(output).toContain('data_folder_in_use');
    const named = /\b(\d+)\b/.exec(output.replaceAll(folder.path, ''))?.[1] ?? 'none';
    expect(pid).toContain(named);
    expect(await program.process.tree()).toContain(Number(named));
  }, 60_000);

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
