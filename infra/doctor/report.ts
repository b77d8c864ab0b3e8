import type { Finding } from './finding.ts';

const MARKS = { ok: 'ok      ', warning: 'WARNING ', problem: 'PROBLEM ', skipped: 'skipped ' } as const;

/** The findings as lines, what to do below each that needs it, and what they come to. */
export function reportOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ of }) => of.length));
  const lines = findings.flatMap(({ of, verdict, says, todo }) => [
    `${MARKS[verdict]} ${of.padEnd(width)}  ${says}`,
    ...(todo === undefined ? [] : [`${' '.repeat(width + 11)}→ ${todo}`]),
  ]);
  return [...lines, '', summary(findings)].join('\n');
}

/** Nothing stands against deploying. What was skipped or warned of does not. */
export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== 'problem');
}

function summary(findings: readonly Finding[]): string {
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length;
  const problems = count('problem');
  const looked = `of ${findings.length} checks ${count('ok')} are well, ${count('warning')} warn, ${count('skipped')} could not be made`;
  if (problems === 0) return `Ready to deploy: ${looked}.`;
  return `${problems === 1 ? 'One problem' : `${problems} problems`}: ${looked}. Nothing was created or changed.`;
}
