/** So many candidates are compared, each by so many of its characters: a header may have thousands of columns. */
const COMPARED = 200;
const LENGTH = 40;

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
  const [longer, shorter] = a.length < b.length ? [b, a] : [a, b];
  const distance = editDistance(longer, shorter, Math.floor(longer.length / 3));
  if (distance < Number.POSITIVE_INFINITY) return distance;
  // Further away than any that a few letters tell apart.
  return shorter.length >= 4 && longer.includes(shorter) ? LENGTH + longer.length : distance;
}

/** Letters put in, taken out or exchanged (Levenshtein): infinite where they are more than `most`, which is soon seen. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY;
  const row = Uint8Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0] ?? 0;
    row[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] ?? 0;
      const exchanged = diagonal + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      row[j] = Math.min(exchanged, above + 1, (row[j - 1] ?? 0) + 1);
      diagonal = above;
      least = Math.min(least, row[j] ?? 0);
    }
    if (least > most) return Number.POSITIVE_INFINITY;
  }
  const distance = row[b.length] ?? 0;
  return distance <= most ? distance : Number.POSITIVE_INFINITY;
}
