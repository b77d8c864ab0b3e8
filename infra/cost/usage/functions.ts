import type { Month } from '../month.ts';
import { allOf, numberIn, type Resource, type StackTemplate, TemplateError, within } from '../template.ts';
import { type UsageOf, used } from '../usage.ts';

interface Work {
  readonly invocations: number;
  readonly seconds: number;
  readonly traces: number;
  readonly metrics: number;
}

/** How often each function of the stack is invoked, and for how long in all; told apart by how their logical ids begin. */
const WORK: Readonly<Record<string, (month: Month, template: StackTemplate) => Work>> = {
  Predict: (month, template) => {
    const { hours, coldBelow, coldMilliseconds, warmMilliseconds, metricsOfCalls } = month.assumed;
    const { requests, calls } = month;
    const perHour = requests / hours;
    const cold = requests * (perHour < coldBelow ? 1 : 0.01);
    return {
      invocations: requests,
      seconds: ((requests - cold) * warmMilliseconds + cold * coldMilliseconds) / 1000,
      // Begun by API Gateway, by the rule for its stage.
      traces: sampled(perHour / 3600, samplingOf(template)) * hours * 3600,
      metrics: metricsOfCalls * Math.min(1, calls / hours),
    };
  },
  Train: ({ trainings: { number, seconds }, assumed: { hours, metricsOfTraining } }) => ({
    invocations: number,
    seconds: number * seconds,
    traces: number,
    metrics: metricsOfTraining * Math.min(1, number / hours),
  }),
  Sweep: ({ sweeps, hoursOfWaiting, assumed: { hours, sweepMilliseconds, metricsOfWaiting } }) => ({
    invocations: sweeps,
    seconds: (sweeps * sweepMilliseconds) / 1000,
    traces: sweeps,
    metrics: (metricsOfWaiting * hoursOfWaiting) / hours,
  }),
  // Called when the stack is deployed.
  Migrations: () => ({ invocations: 0, seconds: 0, traces: 0, metrics: 0 }),
};

interface Sampling {
  /** So many requests of every second, and of the others this part. */
  readonly reservoir: number;
  readonly share: number;
}

/** X-Ray's own, where no rule says otherwise. */
export const DEFAULT_SAMPLING: Sampling = { reservoir: 1, share: 0.05 };

/** Traces a second, of so many calls a second. */
export function sampled(perSecond: number, { reservoir, share }: Sampling): number {
  const first = Math.min(perSecond, reservoir);
  return first + (perSecond - first) * share;
}

function samplingOf(template: StackTemplate): Sampling {
  const rules = allOf(template, 'AWS::XRay::SamplingRule');
  const rule = rules.find(
    ({ properties }) => within(properties, 'SamplingRule', 'ServiceType') === 'AWS::ApiGateway::Stage',
  );
  if (rule === undefined) return DEFAULT_SAMPLING;
  return {
    reservoir: numberIn(rule, 'SamplingRule', 'ReservoirSize'),
    share: numberIn(rule, 'SamplingRule', 'FixedRate'),
  };
}

export const functionUsage: UsageOf = (resource, month, template) => {
  const { invocations, seconds, traces, metrics } = workOf(resource, month, template);
  const isTraced = within(resource.properties, 'TracingConfig', 'Mode') === 'Active';
  return [
    used('lambdaRequest', invocations),
    used('lambdaGbSecond', (seconds * numberIn(resource, 'MemorySize')) / 1024),
    used('trace', isTraced ? traces : 0),
    used('customMetric', metrics),
    used(
      'imageStorage',
      isFirstOfImages(resource, allOf(template, 'AWS::Lambda::Function')) ? month.assumed.imagesGb : 0,
    ),
  ];
};

function workOf(resource: Resource, month: Month, template: StackTemplate): Work {
  const found = Object.entries(WORK).find(([begins]) => resource.id.startsWith(begins));
  if (found === undefined) {
    throw new TemplateError(
      `How often ${resource.id} is invoked is not known: infra/cost/usage/functions.ts.`,
    );
  }
  return found[1](month, template);
}

/** The images share nearly everything, so they are counted once for the stack. */
function isFirstOfImages(resource: Resource, functions: readonly Resource[]): boolean {
  return functions.find(({ properties }) => properties.PackageType === 'Image')?.id === resource.id;
}
