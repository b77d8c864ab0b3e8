/** So many candidates are compared, each by so many of its characters: a header may have thousands of columns. */
const COMPARED = 200;
const LENGTH = 64;

/**
 * Of some names the one that was most likely meant, or undefined where none is much like it: the same but for letter
 * case, accents and signs; else the one that fewest letters tell apart, a third of them at most; else one that holds it
 * or is held by it.
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const wanted = folded(name);
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates.slice(0, COMPARED)) {
    const distance = distanceOf(wanted, folded(candidate));
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** ẞ, ß and ss are one by way of capitals. */
function folded(name: string): string {
  const letters = name.slice(0, LENGTH).normalize('NFKD').toUpperCase().toLowerCase();
  return letters.replace(/[^\p{L}\p{N}]/gu, '');
}

function distanceOf(a: string, b: string): number {
  if (a === '' || b === '') return Number.POSITIVE_INFINITY;
  const distance = editDistance(a, b);
  const longer = Math.max(a.length, b.length);
  if (distance <= Math.floor(longer / 3)) return distance;
  const shorter = Math.min(a.length, b.length);
  return shorter >= 4 && (a.includes(b) || b.includes(a)) ? distance : Number.POSITIVE_INFINITY;
}

/** Letters put in, taken out or exchanged (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
