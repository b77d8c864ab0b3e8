import type { Books } from '../books.ts';
import type { Snapshot, Turn } from '../snapshot.ts';

/** One training at a time; each request ends once, with one verdict, by whoever held it. */
export function checkTurns(books: Books, now: Snapshot): void {
  if (now.retrainings.filter(({ status }) => status === 'running').length > 1)
    books.fault('two trainings run');
  const ended = new Set<number>();
  for (const turn of now.turns) {
    if (ended.has(turn.id)) {
      if (turn.status !== 'finished') books.fault(`retraining ${turn.id} went on after its verdict`);
      else if (turn.before !== 'finished') books.fault(`retraining ${turn.id} ended twice`);
    }
    if (turn.status === 'finished') {
      ended.add(turn.id);
      if (!isRightEnd(turn)) books.fault(`retraining ${turn.id} ended ${turn.verdict} from ${turn.before}`);
    }
  }
  for (const { id, status, verdict } of now.retrainings) {
    if ((status === 'finished') !== (verdict !== null))
      books.fault(`retraining ${id} is ${status}, verdict ${verdict}`);
  }
}

/** From `running`, or merged into a newer one that ran for it. */
function isRightEnd({ before, merged, id }: Turn): boolean {
  return before === 'running' || before === 'finished' || (merged !== null && merged > id);
}

/** Nothing begins while training is switched off. */
export function checkSwitch(books: Books, before: Snapshot | null, now: Snapshot, isSwitched: boolean): void {
  if (before === null || before.trainingIsOn || isSwitched) return;
  const from = before.turns.at(-1)?.seq ?? 0;
  const began = now.turns.find(
    ({ seq, status, before }) => seq > from && status === 'running' && before !== 'running',
  );
  if (began !== undefined) books.fault(`retraining ${began.id} began while training was off`);
}

/** A model is registered by the training that made it, at most one by each, and learned only from rows that there were. */
export function checkModels(books: Books, now: Snapshot): void {
  const made = new Set<number>();
  const rows = new Set(now.rows.filter(({ happened }) => happened === 'insert').map(({ row }) => row));
  const erased = now.rows.filter(({ happened }) => happened === 'delete').map(({ row }) => row);
  for (const { version, retraining, learned, erased: flagged } of now.models) {
    if (made.has(retraining)) books.fault(`retraining ${retraining} made two models`);
    made.add(retraining);
    const ids = learned.flatMap(([low, high]) => Array.from({ length: high - low }, (_, n) => low + n));
    const foreign = ids.filter((id) => !rows.has(id));
    if (foreign.length > 0) books.fault(`model ${version} learned from rows ${foreign} that never were`);
    const gone = erased.filter((row) => ids.includes(row));
    if (gone.length !== flagged) {
      books.fault(`model ${version} learned from ${gone.length} erased rows, and is flagged for ${flagged}`);
    }
    const holder = books.holders.findLast((other) => Number(other.retraining) === retraining);
    const begun = holder?.step ?? 0;
    const late = gone.filter((row) => (books.erasedIn.get(row) ?? Number.POSITIVE_INFINITY) < begun);
    if (late.length > 0)
      books.fault(`model ${version} learned from rows ${late} that had been erased before`);
  }
}
