import type { Command } from 'commander';
import { type DeadLetter, DeadLetterQueue } from '../aws/dead-letter-queue.ts';
import type { Stack } from '../aws/stack.ts';
import { eventOf, invokeTraining } from '../aws/train-event.ts';
import { CliError, UsageError } from '../errors.ts';
import { type ExitStatus, printJson, type Session, type Start } from '../session.ts';
import { count } from '../terminal/figures.ts';
import { plain } from '../terminal/plain.ts';
import { Progress } from '../terminal/progress.ts';

/** What became of the letters. */
interface Counts {
  found: number;
  replayed: number;
  failed: number;
  unknown: number;
}

export function registerReplay(program: Command, start: Start): void {
  program
    .command('replay')
    .description('call the train function again for what it could not work off (with --stack)')
    .option('--dry-run', 'only say what there is')
    .action((options: { readonly dryRun?: boolean }, command: Command) =>
      start(command, (session) => replay(session, options.dryRun === true)),
    );
}

/**
 * Every letter of the dead-letter queue once. A letter is deleted when Lambda has taken its event, and not before: one that
 * is stopped between the two calls the function twice at worst, which ends the second time without doing anything.
 */
async function replay(session: Session, dryRun: boolean): Promise<ExitStatus> {
  const { stack } = session;
  if (stack === null) throw new UsageError('replay needs --stack: the queue is one of a stack on AWS.');
  const queue = new DeadLetterQueue(stack);
  const counts: Counts = { found: 0, replayed: 0, failed: 0, unknown: 0 };
  const kept: DeadLetter[] = [];
  const seen = new Set<string>();
  const progress = new Progress(session.terminal.err);
  const about = await queue.size();
  try {
    for (;;) {
      const letters = await queue.receive();
      // What comes again was hidden for too short a time, since everything takes long: it was looked at.
      const fresh = letters.filter(({ id }) => !seen.has(id));
      kept.push(...letters.filter(({ id }) => seen.has(id)));
      if (fresh.length === 0) break;
      for (const letter of fresh) {
        seen.add(letter.id);
        counts.found++;
        if (!(await workOff(session, stack, queue, letter, dryRun, counts))) kept.push(letter);
        progress.say(`${count(counts.found)} of about ${count(Math.max(about, counts.found))} …`);
      }
    }
  } finally {
    progress.end();
    for (const letter of kept) await queue.giveBack(letter).catch(() => undefined); // seen again by itself later
  }
  if (session.json) printJson(session, JSON.stringify({ ...counts, dryRun }));
  else session.terminal.out.write(replayText(counts, dryRun));
  return counts.failed + counts.unknown > 0 ? 1 : 0;
}

/** Says whether the letter is gone. */
async function workOff(
  session: Session,
  stack: Stack,
  queue: DeadLetterQueue,
  letter: DeadLetter,
  dryRun: boolean,
  counts: Counts,
): Promise<boolean> {
  const event = eventOf(letter.body);
  const say = (text: string) => session.terminal.err.write(`${plain(text)}\n`);
  if (event === null) {
    counts.unknown++;
    say(`warning: message ${letter.id} is no event of a training, and stays in the queue`);
    return false;
  }
  if (dryRun) {
    if (!session.json) session.terminal.out.write(`${plain(event.what)}\n`);
    return false;
  }
  try {
    await invokeTraining(stack, event);
    counts.replayed++;
    await queue.delete(letter);
    return true;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    counts.failed++;
    say(`warning: ${event.what} stays in the queue: ${error.message}`);
    return false;
  }
}

function replayText({ found, replayed, failed, unknown }: Counts, dryRun: boolean): string {
  if (found === 0) return 'The queue is empty: nothing is left to be worked off.\n';
  const others = [
    ...(failed > 0 ? [`failed ${count(failed)}`] : []),
    ...(unknown > 0 ? [`not understood ${count(unknown)}`] : []),
  ];
  const first = dryRun ? `found ${count(found)}, replayed none (dry run)` : `replayed ${count(replayed)}`;
  return `${[first, ...others].join(', ')}\n`;
}
