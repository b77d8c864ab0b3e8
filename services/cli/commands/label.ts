import type { Command } from 'commander';
import { at, neededText, numberAt, textAt } from '../api/json.ts';
import { toNumber } from '../row/convert.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { plain } from '../terminal/plain.ts';

export function registerLabel(program: Command, start: Start): void {
  program
    .command('label')
    .description('say what was right for a stored prediction')
    .argument('<id>', 'the id that `predict` printed')
    .argument('<label>', 'the right label, or the right number')
    .action((id: string, label: string, _options: unknown, command: Command) =>
      start(command, (session) => setLabel(session, id, label)),
    );
}

/** A label target takes a text and a number target a number, so `label ID 42` depends on what is predicted. */
async function setLabel(session: Session, id: string, label: string): Promise<ExitStatus> {
  const prediction = await session.api.get(['predictions', id]);
  const predictor = await session.api.get(['predictors', neededText(prediction.json, 'predictor')]);
  const target = at(predictor.json, 'definition', 'target');
  const body =
    textAt(target, 'type') === 'number'
      ? { value: toNumber(textAt(target, 'name') ?? 'value', label) }
      : { label };
  const answer = await session.api.send('PUT', ['predictions', id, 'label'], body);
  if (session.json) printJson(session, answer.text);
  else session.terminal.out.write(`${saying(session, answer.json, label)}\n`);
  return 0;
}

function saying(session: Session, answer: unknown, label: string): string {
  const source = textAt(answer, 'source') ?? 'labelled';
  const rank = numberAt(answer, 'rank');
  const place = source === 'accepted' && rank !== null ? ` (suggestion ${rank})` : '';
  return `${session.paint('green', plain(source))} ${plain(textAt(answer, 'label') ?? label)}${place}`;
}
