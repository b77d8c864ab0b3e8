import process from 'node:process';
import { awsEnvironment } from './aws-environment.ts';
import { main } from './program.ts';
import { processTerminal } from './terminal/process-terminal.ts';

const { HUNDREDFOLD_URL, HUNDREDFOLD_KEY, HUNDREDFOLD_STACK, NO_COLOR } = process.env;

process.exitCode = await main(
  process.argv.slice(2),
  processTerminal({
    url: HUNDREDFOLD_URL || 'http://127.0.0.1:3000',
    key: HUNDREDFOLD_KEY || null,
    stack: HUNDREDFOLD_STACK || null,
    aws: awsEnvironment(process.env),
    colours: !NO_COLOR,
  }),
);
