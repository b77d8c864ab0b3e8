import { createInterface } from 'node:readline/promises';

/** Asks a person to type a name; false for anything else, and where nobody sits at a terminal. */
export async function confirmed(
  name: string,
  question: string,
  input = process.stdin,
  output = process.stderr,
): Promise<boolean> {
  if (!input.isTTY) return false;
  const lines = createInterface({ input, output });
  try {
    return (await lines.question(question)).trim() === name;
  } finally {
    lines.close();
  }
}
