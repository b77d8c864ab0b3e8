import { describe, expect, test } from '@jest/globals';
import { countBy, type ReadRow, rowsOf } from './example.ts';

const rows = rowsOf('support-tickets');

describe('the support-tickets example', () => {
  test('has at least 250 tickets for six teams, none of them rare', () => {
    const perTeam = countBy(rows, (row) => row.target);
    expect(rows.length).toBeGreaterThanOrEqual(250);
    expect(perTeam.size).toBe(6);
    expect(Math.min(...perTeam.values())).toBeGreaterThanOrEqual(40);
  });

  test('has subjects that say too little, where the product decides', () => {
    const subjects = teamsBy((row) => row.inputs.subject);
    const vague = [...subjects].filter(([, teams]) => teams.size > 1);
    const undecided = [...teamsBy((row) => `${row.inputs.subject} / ${row.inputs.product}`)];
    expect(vague.length).toBeGreaterThanOrEqual(5);
    expect(undecided.filter(([, teams]) => teams.size > 1)).toEqual([]);
  });

  test('has no product and no plan that names its team alone', () => {
    const columns = [...teamsBy((row) => row.inputs.product), ...teamsBy((row) => row.inputs.plan)];
    expect(columns.filter(([, teams]) => teams.size < 2)).toEqual([]);
  });

  test('lets the plan hint: onboarding is mostly for Enterprise', () => {
    const tickets = countBy(rows, (row) => row.target);
    const enterprise = countBy(
      rows.filter((row) => row.inputs.plan === 'Enterprise'),
      (row) => row.target,
    );
    const mostly = [...tickets].filter(([team, count]) => (enterprise.get(team) ?? 0) > count / 2);
    expect(mostly.map(([team]) => team)).toEqual(['Onboarding']);
  });

  test('leaves the plan out now and then', () => {
    const without = rows.filter((row) => row.inputs.plan === null).length;
    expect(without / rows.length).toBeGreaterThan(0.02);
    expect(without / rows.length).toBeLessThan(0.1);
  });
});

/** The teams that the tickets with each value go to. */
function teamsBy(value: (row: ReadRow) => unknown): Map<unknown, Set<unknown>> {
  const teams = new Map<unknown, Set<unknown>>();
  for (const row of rows) {
    teams.set(value(row), (teams.get(value(row)) ?? new Set()).add(row.target));
  }
  return teams;
}
