import { listAt, numberAt, shown, textAt } from '../api/json.ts';
import { count } from '../terminal/figures.ts';
import type { Paint } from '../terminal/paint.ts';
import { plain } from '../terminal/plain.ts';

/** Reasons shown; `--json` has the first hundred. */
const REASONS = 10;

/** What an import did, for people. `replayed` means that the same file was imported before. */
export function importText(paint: Paint, predictor: string, answer: unknown, replayed: boolean): string {
  const imported = numberAt(answer, 'imported') ?? 0;
  const rejected = listAt(answer, 'rejected');
  const total = numberAt(answer, 'rejectedTotal') ?? rejected.length;
  const lines = [
    `${paint(imported > 0 ? 'green' : 'red', 'imported')} ${count(imported)}, rejected ${count(total)}  (${predictor})`,
  ];
  if (replayed) {
    lines.push('This file was imported before: nothing was added now, and this is the answer of then.');
    lines.push(`\`hundredfold retrain ${predictor}\` asks for a training.`);
    if (total > 0) {
      lines.push(
        `To have its rows read otherwise, take that import back first: \`hundredfold imports ${predictor}\` names it, and --undo does it.`,
      );
    }
  }
  for (const row of rejected.slice(0, REASONS)) {
    lines.push(`  line ${count(numberAt(row, 'line'))}: ${plain(textAt(row, 'reason') ?? shown(row))}`);
  }
  const more = total - Math.min(REASONS, rejected.length);
  if (more > 0) lines.push(`  and ${count(more)} more`);
  const ignored = listAt(answer, 'ignoredColumns').map((column) => plain(shown(column)));
  if (ignored.length > 0) lines.push(`ignored columns: ${ignored.join(', ')}`);
  return `${lines.join('\n')}\n`;
}
