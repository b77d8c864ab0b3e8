import { ROW_LIMIT } from './file-row.ts';

/** A line of text without its line break; `null` when it is over the limit and was not kept. */
export interface Line {
  readonly line: number;
  readonly text: string | null;
}

/**
 * The lines of a text that comes in pieces, numbered on from `before`. A line over the limit is passed over without
 * being held.
 */
export async function* linesOf(pieces: AsyncIterable<string>, before = 0): AsyncGenerator<Line> {
  let line = before + 1;
  let rest: string | null = '';
  for await (const piece of pieces) {
    let from = 0;
    for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', from)) {
      yield { line, text: join(rest, piece.slice(from, at)) };
      line++;
      rest = '';
      from = at + 1;
    }
    rest = join(rest, piece.slice(from));
  }
  if (rest !== '') yield { line, text: rest };
}

function join(rest: string | null, piece: string): string | null {
  return rest === null || rest.length + piece.length > ROW_LIMIT ? null : rest + piece;
}
