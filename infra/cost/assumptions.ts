interface Assumption {
  readonly value: number;
  readonly unit: string;
  readonly why: string;
}

/**
 * What neither the template nor the price table knows. Guesses are on the dear side and say that they are guesses: what a
 * stack really does stands in its metrics, and a changed value here changes every figure.
 */
export const ASSUMPTIONS = {
  hours: { value: 730, unit: 'hours', why: 'A month, as AWS counts it.' },
  every: {
    value: 100,
    unit: 'predictions',
    why: "For each retraining: a predictor's `every` unless it says otherwise.",
  },
  labelled: { value: 0.3, unit: 'labels per prediction', why: 'A guess: each is one more call.' },
  warmMilliseconds: {
    value: 60,
    unit: 'ms',
    why: 'Of a warm call: 1 ms of our own, the rest waits for the Data API.',
  },
  coldMilliseconds: {
    value: 1500,
    unit: 'ms',
    why: 'Of a call that a function starts for; its initialisation is billed.',
  },
  coldBelow: {
    value: 6,
    unit: 'calls an hour',
    why: 'Fewer, and every call finds the function gone; more, and one in a hundred does.',
  },
  sweepMilliseconds: { value: 300, unit: 'ms', why: 'Three looks at a bucket.' },
  examples: {
    value: 10_000,
    unit: 'examples',
    why: 'That a predictor has at the beginning of the month; labels are added.',
  },
  trainFixedSeconds: {
    value: 10,
    unit: 's',
    why: 'Of a training, however few its examples: the start, the claim, the verdict, what is published.',
  },
  trainSecondsOfThousand: {
    value: 1,
    unit: 's',
    why: "For each thousand examples. A guess: short texts took 0.46 on a fast core, Lambda's is slower, and they are read over the Data API.",
  },
  wakings: {
    value: 35,
    unit: 'a month',
    why: 'Of an idle database: a sweep a day, and the weekly change of its password.',
  },
  wakeMinutes: {
    value: 1,
    unit: 'minutes',
    why: 'From waking to the last statement, before the pause begins to be counted.',
  },
  wakeCapacityHours: {
    value: 0.05,
    unit: 'ACU-hours',
    why: 'More for each waking: it begins above the least and comes down slowly. A guess: 0.5 ACU for six minutes.',
  },
  steadyCapacity: { value: 0.5, unit: 'ACU', why: 'The least that it runs with while it is awake.' },
  capacityPerRate: {
    value: 0.2,
    unit: 'ACU for each prediction a second',
    why: 'A guess: recording, and what trainings read.',
  },
  databaseCalls: {
    value: 3,
    unit: 'calls',
    why: 'Of the Data API for a prediction: recording and counting, and its share of dispatches.',
  },
  dataApiKb: {
    value: 32,
    unit: 'KB',
    why: 'That one request of the Data API may carry, or bring back: AWS counts each further 32 as one more.',
  },
  databaseCallsOfTraining: {
    value: 20,
    unit: 'calls',
    why: 'The claim, the lease, the verdict: small ones, beside the pages of examples.',
  },
  exampleKb: {
    value: 0.3,
    unit: 'KB',
    why: 'Of a short text as a training reads it, with what is around it.',
  },
  ioOfPrediction: { value: 8, unit: 'I/O', why: 'Writes of 4 KB at most, for row, indexes and counter.' },
  ioOfHour: { value: 3600, unit: 'I/O', why: 'Of an hour awake: checkpoints, vacuum, statistics.' },
  databaseGb: { value: 1, unit: 'GB', why: 'Of a new database with some ten thousand examples.' },
  predictionKb: {
    value: 1.5,
    unit: 'KB',
    why: 'A stored prediction with its indexes; the bill has those of one month.',
  },
  modelsGb: { value: 1, unit: 'GB', why: 'Models and their earlier versions: a text model is 0.3 to 3 MB.' },
  imagesGb: { value: 0.25, unit: 'GB', why: "Both images; AWS's base is nearly all of it and is kept once." },
  objectsOfTraining: {
    value: 6,
    unit: 'writes',
    why: 'The model, its pointer, the marker put and removed, a list before it.',
  },
  logKbOfCall: {
    value: 2.5,
    unit: 'KB',
    why: "A line of the gateway's, one of ours, Lambda's three, metrics.",
  },
  logKbOfSweep: {
    value: 1,
    unit: 'KB',
    why: "Lambda's three lines, and one of ours where something was done.",
  },
  logKbOfTraining: { value: 6, unit: 'KB', why: 'A line for each step, metrics.' },
  logCompression: { value: 0.15, unit: '', why: 'What is left of a log once it is stored.' },
  metricsOfCalls: { value: 5, unit: 'series', why: 'That predict writes in an hour with calls.' },
  metricsOfWaiting: {
    value: 4,
    unit: 'series',
    why: 'That the sweep writes in an hour in which something waited for the database.',
  },
  metricsOfTraining: { value: 3, unit: 'series', why: 'That train writes in an hour with a retraining.' },
  probesPerHour: {
    value: 0,
    unit: 'calls an hour',
    why: 'Of /health or /ready by whatever watches the API: neither asks the database. One a minute has lines of its own.',
  },
  probeWrites: {
    value: 2,
    unit: 'writes',
    why: 'To the bucket, for a probe of /ready, which writes to it and lists it; /health does neither.',
  },
  answerKb: { value: 1, unit: 'KB', why: 'An answer with its headers.' },
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionName = keyof typeof ASSUMPTIONS;

/** The values alone; some may be put in place of those of the table. */
export type Assumed = Readonly<Record<AssumptionName, number>>;

export function assumed(changes: Partial<Assumed> = {}): Assumed {
  const names = Object.keys(ASSUMPTIONS) as AssumptionName[];
  const values = Object.fromEntries(names.map((name) => [name, ASSUMPTIONS[name].value]));
  return { ...(values as Record<AssumptionName, number>), ...changes };
}
