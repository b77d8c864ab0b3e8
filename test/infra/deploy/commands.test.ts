import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { nextSteps } from '../../../infra/deploy/next-steps.ts';
import { NO_AWS_ENVIRONMENT } from '../../../services/cli/aws/aws-environment.ts';
import { buildProgram } from '../../../services/cli/program.ts';
import { MemoryWriter } from '../../cli/support/run.ts';
import { ROOT } from '../templates/synthesised.ts';

const lines = nextSteps('mine', {})
  .split('\n')
  .filter((line) => line.includes('npx hundredfold'));

test('every command that is to be tried exists, takes these options, and finds its files', async () => {
  expect(lines).toHaveLength(6);
  for (const line of lines) {
    const words = [...line.trim().matchAll(/"[^"]*"|\S+/g)]
      .map(([word]) => word.replaceAll('"', ''))
      .slice(2);
    const asked: string[] = [];
    const program = buildProgram(
      {
        out: new MemoryWriter(),
        err: new MemoryWriter(),
        input: { isTTY: false, async *[Symbol.asyncIterator]() {} },
        environment: {
          url: 'http://127.0.0.1:1',
          key: null,
          stack: null,
          aws: NO_AWS_ENVIRONMENT,
          colours: false,
        },
      },
      '0.0.0',
      async () => {},
    );
    // In place of the command's own work, which needs a stack: that it is reached at all, with these words.
    for (const command of [...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
      command.exitOverride().action(() => void asked.push(command.name()));
    }
    await program.exitOverride().parseAsync(words, { from: 'user' });
    expect(asked).toHaveLength(1);
    for (const file of words.filter((word) => word.startsWith('examples/'))) {
      expect(existsSync(path.join(ROOT, file))).toBe(true);
    }
  }
});
