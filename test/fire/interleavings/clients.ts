import type { Import, Post } from './books.ts';
import type { Action, Process } from './plan.ts';
import { definitionOf, exampleOf, LABELS, rowOf } from './rows.ts';
import { type Run, serviceOf } from './run.ts';
import type { Answer } from './service.ts';

type Of<K extends Action['do']> = Extract<Action, { do: K }>;

/** Anything but 503 that was not expected is a fault: 500 says that the service did not know its own trouble. */
function isKnown(
  run: Run,
  what: string,
  answer: Answer | null,
  expected: readonly (number | string)[],
): answer is Answer {
  if (answer === null || answer.status === 503) return false;
  const { status, body } = answer;
  if (!expected.includes(status) && !expected.includes(body.code)) {
    run.books.fault(`${what} was answered ${status} ${JSON.stringify(body)}`);
  }
  return true;
}

export async function post(run: Run, { at, rows }: Of<'post'>): Promise<void> {
  await Promise.all(Array.from({ length: rows }, () => send(run, at, run.books.post(run.nextNonce(), null))));
}

/** The same key has the same nonce with the same body, and another with another. */
export async function postKeyed(run: Run, { at, key, body }: Of<'post-keyed'>): Promise<void> {
  const name = `${run.name}-${key}`;
  const nonce = run.firstNonce + key * 2 + body;
  await send(run, at, run.books.post(nonce, name));
}

/** Rows of one call with a key, by its body: some more or fewer than the other's. */
const MANY = [7, 4] as const;

/** Many rows in one call, of which the last does not fit. The same key has the same rows with the same body. */
export async function postMany(run: Run, { at, rows, key, body }: Of<'post-many'>): Promise<void> {
  const name = key === null ? undefined : `${run.name}-many-${key}`;
  const count = key === null ? rows : (MANY[body] ?? rows);
  const posts = Array.from({ length: count }, (_, place) => {
    if (key === null) return run.books.post(run.nextNonce(), null);
    return run.books.post(run.firstNonce + 20 + key * 20 + body * 10 + place, `${name}#${place}`);
  });
  const url = `/predictors/${run.name}/predictions`;
  const sent = [...posts.map(({ nonce }) => rowOf(nonce)), { q: 5 }];
  const answer = await serviceOf(run, at).call('POST', url, sent, name);
  const keyed = key === null ? [] : ['idempotency_key_reused', 'rows_invalid'];
  if (!isKnown(run, `a call of ${count} rows`, answer, [200, 'predictor_not_trained', ...keyed])) return;
  for (const [place, fate] of (answer.body.answers ?? []).entries()) {
    const post = posts[place];
    // Where the predictor has no model any more, the rows of a key are answered as before, and no others.
    const due = [post === undefined ? 'row_invalid' : 201, 'predictor_not_trained', ...ofKey(key)];
    if (!isKnown(run, `row ${place} of a call`, { status: fate.status, body: fate }, due)) continue;
    if (post !== undefined && fate.status === 201) run.books.answer(post, fate.id, fate.recorded === true);
  }
}

/** How a row may be refused for its key. */
function ofKey(key: unknown): string[] {
  return key === null ? [] : ['idempotency_key_reused', 'prediction_erased'];
}

async function send(run: Run, at: Process, post: Post): Promise<void> {
  const url = `/predictors/${run.name}/predictions`;
  const answer = await serviceOf(run, at).call('POST', url, rowOf(post.nonce), post.key ?? undefined);
  const expected = [201, 'predictor_not_trained', ...ofKey(post.key)];
  if (!isKnown(run, `row ${post.nonce}`, answer, expected) || answer.status !== 201) return;
  const { id, recorded } = answer.body;
  run.books.answer(post, id, recorded === true);
}

function chosen(run: Run, which: number): Post | undefined {
  const posts = run.books.answered();
  return posts[which % Math.max(1, posts.length)];
}

/** Is a prediction that its client knows said not to exist, although nobody erases it? */
function checkUnknown(run: Run, what: string, post: Post, { status }: Answer): void {
  if (status === 404 && post.recorded && post.fate.erased === 'no' && post.fate.erasing === 0) {
    run.books.fault(`${what}: row ${post.nonce} is said not to exist`);
  }
}

export async function label(run: Run, action: Of<'label'>): Promise<void> {
  const post = chosen(run, action.which);
  const given = LABELS[action.label];
  if (post === undefined || given === undefined) return;
  const change = run.books.labelling(post);
  const answer = await serviceOf(run, action.at).call('PUT', `/predictions/${post.id}/label`, {
    label: given,
  });
  if (!isKnown(run, `a label for row ${post.nonce}`, answer, [200, 404])) change.perhaps.add(given);
  else if (answer.status === 200) change.done.add(given);
  else checkUnknown(run, 'a label', post, answer);
}

export async function erase(run: Run, { at, which }: Of<'erase'>): Promise<void> {
  const post = chosen(run, which);
  if (post === undefined) return;
  post.fate.erasing += 1;
  const answer = await serviceOf(run, at).call('DELETE', `/predictions/${post.id}`);
  post.fate.erasing -= 1;
  if (!isKnown(run, `the erasure of row ${post.nonce}`, answer, [200, 404])) {
    if (post.fate.erased === 'no') post.fate.erased = 'perhaps';
  } else if (answer.status === 200) post.fate.erased = 'yes';
  else checkUnknown(run, 'an erasure', post, answer);
}

export async function importRows(run: Run, { at, rows, key }: Of<'import'>): Promise<void> {
  const made = (key === null ? undefined : run.books.keyedImports.get(key)) ?? newImport(run, rows);
  if (key !== null) run.books.keyedImports.set(key, made);
  const name = key === null ? undefined : `${run.name}-${key}`;
  const url = `/predictors/${run.name}/examples`;
  const answer = await serviceOf(run, at).call('POST', url, made.nonces.map(exampleOf), name);
  if (!isKnown(run, 'an import', answer, [200])) {
    if (made.known === 'refused') made.known = 'unknown';
    return;
  }
  if (answer.status !== 200) return;
  if (answer.body.imported !== made.nonces.length)
    run.books.fault(`imported: ${JSON.stringify(answer.body)}`);
  made.known = 'done';
}

function newImport(run: Run, rows: number): Import {
  const made: Import = { nonces: Array.from({ length: rows }, () => run.nextNonce()), known: 'refused' };
  run.books.imports.push(made);
  return made;
}

export async function redefine(run: Run, { at, definition }: Of<'redefine'>): Promise<void> {
  run.isRedefined = true;
  const answer = await serviceOf(run, at).call(
    'PUT',
    `/predictors/${run.name}`,
    definitionOf(run.name, definition),
  );
  isKnown(run, 'a definition', answer, [200, 201]);
}

export async function request(run: Run, { at }: Of<'request'>): Promise<void> {
  const answer = await serviceOf(run, at).call('POST', `/predictors/${run.name}/retrainings`);
  isKnown(run, 'a request', answer, [202]);
}

export async function promote(run: Run, { at, which }: Of<'promote'>): Promise<void> {
  const versions = run.before?.models.map(({ version }) => version) ?? [];
  const model = versions[which % Math.max(1, versions.length)];
  if (model === undefined) return;
  const answer = await serviceOf(run, at).call('PUT', `/predictors/${run.name}/champion`, { model });
  isKnown(run, `the promotion of model ${model}`, answer, [200, 'model_outdated']);
}
