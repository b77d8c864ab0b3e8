import type { Input, Terminal } from './terminal.ts';

/** Everything that is piped in, as text. */
export async function allOf(input: Input): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of input) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** One line that the user types, without its end; what came so far when the input ends before. */
export async function lineOf(input: Input): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of input) {
    text += decoder.decode(chunk, { stream: true });
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end).replace(/\r$/, '');
  }
  return text;
}

/** Asks where somebody can answer; a script has said what it wants, and means it. */
export async function confirmed({ input, err }: Terminal, question: string): Promise<boolean> {
  if (!input.isTTY) return true;
  err.write(`${question} (y/N) `);
  return /^y(es)?$/i.test((await lineOf(input)).trim());
}
