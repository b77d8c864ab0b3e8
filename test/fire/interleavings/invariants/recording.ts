import type { Books, Post } from '../books.ts';
import type { Snapshot } from '../snapshot.ts';

/** Every answered prediction is stored exactly once: in the database, or in the spool until it is there. */
export function checkRecording(books: Books, now: Snapshot): void {
  const stored = Map.groupBy(now.predictions, ({ nonce }) => nonce);
  const waiting = Map.groupBy(now.spooled, ({ nonce }) => nonce);
  const setAside = new Set(now.setAside.map(({ nonce }) => nonce));
  for (const post of books.posts.values()) {
    const rows = stored.get(post.nonce) ?? [];
    const spooled = waiting.get(post.nonce) ?? [];
    if (rows.length > 1) books.fault(`row ${post.nonce} is stored ${rows.length} times`);
    if (spooled.length > 1) books.fault(`row ${post.nonce} lies in the spool ${spooled.length} times`);
    if ([...rows, ...spooled].some(({ id }) => post.id !== null && id !== post.id)) {
      books.fault(`row ${post.nonce} was answered as ${post.id} and stored as another`);
    }
    const isAside = setAside.has(post.nonce);
    if (isAside && !hasRival(books, post.nonce)) books.fault(`row ${post.nonce} was set aside`);
    checkKept(books, post, rows.length, isAside ? 1 : spooled.length);
  }
  const stranger = now.predictions.find(({ nonce }) => !books.posts.has(nonce));
  if (stranger !== undefined) books.fault(`nobody posted row ${stranger.nonce}`);
  checkKeys(books, now);
}

function checkKept(books: Books, { nonce, done, recorded, fate }: Post, rows: number, waiting: number): void {
  if (!done || fate.erased !== 'no') return;
  if (rows === 0 && recorded) books.fault(`row ${nonce} was said to be recorded, and is not`);
  if (rows + waiting === 0) books.fault(`row ${nonce} is lost`);
}

/** One key is one row, whatever bodies it came with. */
function checkKeys(books: Books, now: Snapshot): void {
  const stored = new Set(now.predictions.map(({ nonce }) => nonce));
  for (const [key, posts] of Map.groupBy(books.posts.values(), ({ key }) => key)) {
    if (key === null) continue;
    const rows = posts.filter(({ nonce }) => stored.has(nonce));
    if (rows.length > 1) books.fault(`key ${key} is ${rows.length} rows`);
  }
}

/** Another body came with the same key, so that one of the two is refused. */
function hasRival(books: Books, nonce: number): boolean {
  const key = books.posts.get(nonce)?.key ?? null;
  return (
    key !== null && [...books.posts.values()].some((other) => other.key === key && other.nonce !== nonce)
  );
}

/** An import's rows are there once each, all of them or none; what was confirmed is there, what was refused is not. */
export function checkImports(books: Books, now: Snapshot): void {
  const counts = new Map<number, number>();
  for (const { nonce, prediction } of now.examples) {
    if (prediction === null && nonce !== null) counts.set(nonce, (counts.get(nonce) ?? 0) + 1);
  }
  for (const { nonces, known } of books.imports) {
    const times = new Set(nonces.map((nonce) => counts.get(nonce) ?? 0));
    const [first = 0] = times;
    const isAsKnown = known === 'unknown' || (known === 'done' ? first === 1 : first === 0);
    if (times.size !== 1 || first > 1 || !isAsKnown) {
      books.fault(
        `of an import of ${nonces.length} rows (${known}), rows are there ${[...times].join(' or ')} times`,
      );
    }
  }
}

/** A label that was confirmed is the one in force, until another takes its place. */
export function checkLabels(books: Books, now: Snapshot): void {
  const labels = new Map(now.examples.map(({ prediction, label }) => [prediction, label]));
  const stored = new Set(now.predictions.map(({ id }) => id));
  for (const post of books.answered()) {
    if (post.id === null || !stored.has(post.id)) continue;
    const label = labels.get(post.id) ?? null;
    if (!post.fate.labels.has(label)) {
      books.fault(
        `row ${post.nonce} has the label ${label}, and was given ${[...post.fate.labels].join(' or ')}`,
      );
    }
  }
}
