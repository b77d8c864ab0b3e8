import { UnexpectedAnswerError } from '../errors.ts';
import type { Answer, Api } from './client.ts';
import { asObject, listAt, textAt } from './json.ts';

/** The longest page that the API gives. */
const PAGE = 200;

/**
 * Every page of a list, in order, until `next` is null; `filter` is the query beside the page.
 * @throws UnexpectedAnswerError when the server gives the same cursor twice, which would never end.
 */
export async function* pages(
  api: Api,
  path: readonly string[],
  filter: Readonly<Record<string, string>> = {},
): AsyncGenerator<Answer> {
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { ...filter, limit: String(PAGE) };
    if (cursor !== null) query.cursor = cursor;
    const answer = await api.get(path, query);
    yield answer;
    const next: string | null = textAt(answer.json, 'next');
    if (next !== null && next === cursor) {
      throw new UnexpectedAnswerError('The server gave the same page of a list twice.');
    }
    cursor = next;
  } while (cursor !== null);
}

/** A whole list: its items, and the JSON of it: the API's own text where one page held everything. */
export interface Whole {
  readonly items: readonly unknown[];
  readonly text: string;
}

/** Reads all pages of the list under `name`. */
export async function whole(api: Api, path: readonly string[], name: string): Promise<Whole> {
  const answers: Answer[] = [];
  for await (const answer of pages(api, path)) answers.push(answer);
  const items = answers.flatMap((answer) => listAt(answer.json, name));
  const [first] = answers;
  const text =
    answers.length === 1 && first !== undefined
      ? first.text
      : JSON.stringify({ ...asObject(first?.json), [name]: items, next: null });
  return { items, text };
}
