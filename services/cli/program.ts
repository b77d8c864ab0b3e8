import { readFile } from 'node:fs/promises';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { textAt } from './api/json.ts';
import { registerApply } from './commands/apply.ts';
import { registerDelete } from './commands/delete.ts';
import { registerErase } from './commands/erase.ts';
import { registerExport } from './commands/export.ts';
import { registerImport } from './commands/import.ts';
import { registerImports } from './commands/imports.ts';
import { registerKeys } from './commands/keys.ts';
import { registerLabel } from './commands/label.ts';
import { registerLineage } from './commands/lineage.ts';
import { registerModels } from './commands/models.ts';
import { registerPredict } from './commands/predict.ts';
import { registerPromote } from './commands/promote.ts';
import { registerReplay } from './commands/replay.ts';
import { registerReport } from './commands/report.ts';
import { registerReproduce } from './commands/reproduce.ts';
import { registerRetrain } from './commands/retrain.ts';
import { registerSpool } from './commands/spool.ts';
import { registerStatus } from './commands/status.ts';
import { registerTraining } from './commands/training.ts';
import { printFailure } from './failure.ts';
import { openSession, type Start } from './session.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The order is the one in which a newcomer needs them. */
const COMMANDS = [
  registerApply,
  registerImport,
  registerPredict,
  registerLabel,
  registerStatus,
  registerRetrain,
  registerTraining,
  registerModels,
  registerPromote,
  registerReport,
  registerLineage,
  registerReproduce,
  registerExport,
  registerErase,
  registerImports,
  registerDelete,
  registerKeys,
  registerSpool,
  registerReplay,
];

/**
 * Runs one command line, `argv` without node and script. Never throws for anything a user can do:
 * what went wrong stands on standard error.
 * @returns the exit status: 0 done, 1 refused or failed, 2 wrong usage.
 */
export async function main(argv: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  let status: 0 | 1 | 2 = 0;
  const program = buildProgram(terminal, await version(), async (command, work) => {
    status = await work(await openSession(terminal, command.optsWithGlobals()));
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) status = error.exitCode === 0 ? 0 : 2;
    else status = printFailure(error, terminal, program.opts().json === true);
  }
  await Promise.all([terminal.out.flush(), terminal.err.flush()]);
  return status;
}

/** The whole grammar, ready to parse. */
export function buildProgram(terminal: Terminal, version: string, start: Start): Command {
  const program = new Command('hundredfold')
    .description('Talks to a Hundredfold server: suggestions from the rows in your own Postgres.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option('--url <url>', 'where the server is (or HUNDREDFOLD_URL; default http://127.0.0.1:3000)')
    .option('--stack <name>', 'a stack on AWS, in place of --url (or HUNDREDFOLD_STACK)')
    .option('--region <region>', "where the stack is; the SDK's unless given")
    .option('--key <key>', 'an API key, sent as x-api-key (or HUNDREDFOLD_KEY)')
    .option('--json', "print the API's JSON, for machines")
    .option('--timeout <seconds>', 'how long to wait for an answer, 1 to 300', seconds, 30)
    .exitOverride()
    .showHelpAfterError('(--help says more)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
      getOutHelpWidth: () => terminal.out.columns,
      getErrHelpWidth: () => terminal.err.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', '\nExit status: 0 done, 1 refused or failed, 2 wrong usage.');
  for (const register of COMMANDS) register(program, start);
  return program;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 1 || value > 300) {
    throw new InvalidArgumentError('It is a number of seconds from 1 to 300.');
  }
  return value;
}

async function version(): Promise<string> {
  const document: unknown = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return textAt(document, 'version') ?? 'unknown';
}
