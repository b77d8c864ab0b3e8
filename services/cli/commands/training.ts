import { Argument, type Command } from 'commander';
import { at } from '../api/json.ts';
import { UnexpectedAnswerError } from '../errors.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';

export function registerTraining(program: Command, start: Start): void {
  program
    .command('training')
    .description('switch all training on or off, or say which it is; answering goes on')
    .addArgument(new Argument('<on|off|status>').choices(['on', 'off', 'status']))
    .action((wanted: string, _options: unknown, command: Command) =>
      start(command, async (session) =>
        wanted === 'status'
          ? tell(session, await session.api.get(['training']))
          : turn(session, wanted === 'on'),
      ),
    );
}

async function turn(session: Session, enabled: boolean): Promise<ExitStatus> {
  return tell(session, await session.api.send('PUT', ['training'], { enabled }));
}

function tell(session: Session, answer: { readonly json: unknown; readonly text: string }): ExitStatus {
  const enabled = at(answer.json, 'enabled');
  if (typeof enabled !== 'boolean') throw new UnexpectedAnswerError('Nothing says whether training is on.');
  if (session.json) printJson(session, answer.text);
  else session.terminal.out.write(enabled ? onText(session) : offText(session));
  return 0;
}

const onText = ({ paint }: Session) => `training is ${paint('green', 'on')}\n`;
const offText = ({ paint }: Session) =>
  `training is ${paint('yellow', 'off')}: rows are answered and counted, requests wait for \`hundredfold training on\`\n`;
