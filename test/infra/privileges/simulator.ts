import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../templates/synthesised.ts';
import type { Needed } from './actions.ts';
import type { PolicyDocument } from './policies.ts';

/** The simulator's answer, as far as it is looked at. */
interface Simulated {
  readonly resultType: 'error' | 'single' | 'wildcard';
  readonly overallResult?: string;
  readonly errors?: { readonly message: string };
}

type RunSimulation = (simulation: object, options: object) => Promise<Simulated>;

/** Evaluates a call under the policies of a role, as IAM does. @throws Error for what IAM would not know */
export type Evaluate = (policies: readonly PolicyDocument[], call: Needed) => Promise<boolean>;

/** Packages of infra/ are not there on every machine: the simulator is found by its file. */
export async function loadSimulator(): Promise<Evaluate> {
  const file = path.join(ROOT, 'infra/node_modules/@cloud-copilot/iam-simulate/dist/esm/index.js');
  const module: object = await import(pathToFileURL(file).href);
  const run: unknown = Reflect.get(module, 'runSimulation');
  if (!isRunSimulation(run)) throw new Error(`${file} exports no runSimulation`);
  return async (policies, { action, resource }) => {
    const result = await run(
      {
        request: {
          principal: 'arn:aws:iam::123456789012:role/tested',
          action,
          resource: { resource, accountId: '123456789012' },
          contextVariables: {},
        },
        identityPolicies: policies.map((policy, n) => ({ name: `policy-${n}`, policy })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
    if (result.resultType === 'error') {
      throw new Error(`${action} on ${resource}: ${JSON.stringify(result.errors)}`);
    }
    return result.overallResult === 'Allowed';
  };
}

function isRunSimulation(value: unknown): value is RunSimulation {
  return typeof value === 'function';
}
