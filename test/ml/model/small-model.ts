import { type Artifact, type Example, train } from '../../../services/ml/index.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';

/** One input of each type, all optional. */
export const inputs = {
  query: { type: 'text', optional: true },
  colour: { type: 'category', optional: true },
  age: { type: 'number', optional: true },
  member: { type: 'boolean', optional: true },
  since: { type: 'date', optional: true },
};

export const labelDefinition = parseDefinition({
  name: 'all-types',
  inputs,
  target: { name: 'team', type: 'label' },
});
export const numberDefinition = parseDefinition({
  name: 'all-types',
  inputs,
  target: { name: 'price', type: 'number' },
});

const teams = ['billing', 'Émile', 'sales', '🚚 freight'];
const words = ['invoice unpaid', 'émile please', 'offer wanted', 'parcel late'];

function inputsOf(r: number, team: number): Example['inputs'] {
  return {
    query: r % 7 === 0 ? null : `${words[team]} ${r % 5}`,
    colour: ['red', 'blue', 'green'][r % 3] ?? null,
    age: r % 4 === 0 ? null : 20 + ((r * 13) % 50),
    member: r % 2 === 0,
    since: `2026-0${1 + (r % 9)}-1${r % 10}`,
  };
}

/** Made-up rows whose text tells the team. */
export function labelExamples(from = 0, to = 80): Example[] {
  return Array.from({ length: to - from }, (_, i) => {
    const team = (from + i) % 4;
    return { inputs: inputsOf(from + i, team), target: teams[team] ?? '' };
  });
}

/** Made-up rows whose price follows from text and age. */
export function numberExamples(from = 0, to = 80): Example[] {
  return Array.from({ length: to - from }, (_, i) => {
    const r = from + i;
    const team = r % 4;
    return { inputs: inputsOf(r, team), target: 100 * team + ((r * 13) % 50) + (r % 3) };
  });
}

const made = new Map<'label' | 'number', Promise<Artifact>>();

/** Of the made-up rows, trained once for all that ask; or of the given ones. Nobody changes its bytes. */
export function firstModel(kind: 'label' | 'number', examples?: readonly Example[]): Promise<Artifact> {
  if (examples !== undefined) return trained(kind, examples);
  const known = made.get(kind) ?? trained(kind, kind === 'label' ? labelExamples() : numberExamples());
  made.set(kind, known);
  return known;
}

async function trained(kind: 'label' | 'number', examples: readonly Example[]): Promise<Artifact> {
  const { artifact } = await train({
    definition: kind === 'label' ? labelDefinition : numberDefinition,
    revision: 1,
    examples,
    champion: null,
    seed: 1,
    codeVersion: '0.0.0-test',
  });
  if (artifact === null) throw new Error('a first model is always written');
  return artifact;
}
