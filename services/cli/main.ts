import process from 'node:process';
import { main } from './program.ts';
import { processTerminal } from './terminal/process-terminal.ts';

const { HUNDREDFOLD_URL, HUNDREDFOLD_KEY, NO_COLOR } = process.env;

process.exitCode = await main(
  process.argv.slice(2),
  processTerminal({
    url: HUNDREDFOLD_URL || 'http://127.0.0.1:3000',
    key: HUNDREDFOLD_KEY || null,
    colours: !NO_COLOR,
  }),
);
