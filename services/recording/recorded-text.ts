/** An answer's JSON once its row is in the database. `head` is the answer without its last brace. */
export function recordedText(head: string): string {
  return `${head},"recorded":true}`;
}

/** The same answer while its row lies in the spool. */
export function deferredText(recorded: string): string {
  const answer: object = JSON.parse(recorded);
  return JSON.stringify({ ...answer, recorded: 'deferred' });
}
