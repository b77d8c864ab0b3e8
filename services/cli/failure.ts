import { RefusalError } from './api/refusal.ts';
import { CliError } from './errors.ts';
import { paintFor } from './terminal/paint.ts';
import { plain, plainLines } from './terminal/plain.ts';
import type { Terminal } from './terminal/terminal.ts';

/**
 * Says on standard error what went wrong: for people a sentence, each wrong field on its own line and the code; for
 * machines the problem document as it came, or one of the same shape for a failure of our own.
 * @returns the exit status. Rethrows what is no error of a command: a bug should look like one.
 */
export function printFailure(error: unknown, terminal: Terminal, json: boolean): 1 | 2 {
  if (!(error instanceof CliError)) throw error;
  terminal.err.write(json ? machineText(error) : humanText(error, terminal));
  return error.exitStatus;
}

function machineText(error: CliError): string {
  if (error instanceof RefusalError && error.body.trimStart().startsWith('{')) return `${error.body}\n`;
  const title = error instanceof RefusalError ? error.title : error.message;
  return `${JSON.stringify({ title, code: error.code })}\n`;
}

function humanText(error: CliError, terminal: Terminal): string {
  const paint = paintFor(terminal, terminal.err);
  const lines = [`${paint('red', 'error:')} ${plainLines(headline(error))}`];
  if (error instanceof RefusalError) {
    for (const { field, message } of error.fields) {
      lines.push(`  ${field === '' ? '' : `${paint('bold', plain(field))}: `}${plain(message)}`);
    }
    if (error.advice !== null) lines.push(plain(error.advice));
    lines.push(paint('dim', `code: ${plain(error.code)} (HTTP ${error.status})`));
  } else {
    lines.push(paint('dim', `code: ${error.code}`));
  }
  return `${lines.join('\n')}\n`;
}

function headline(error: CliError): string {
  if (!(error instanceof RefusalError)) return error.message;
  const { title, detail } = error;
  if (detail === null) return title;
  // Many details say the title again, with more to it.
  const words = title.replace(/[.:]$/, '');
  const isAgain = [words, words.replace(/ no such /, ' no ')].some((said) =>
    detail.toLowerCase().startsWith(said.toLowerCase()),
  );
  return isAgain ? detail : `${words}: ${detail}`;
}
