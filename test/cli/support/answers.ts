/** Answers in the shapes of the API, for tests in which a `Remote` stands for a server. */

export const definition = {
  name: 'tickets',
  inputs: {
    subject: { type: 'text', maxLength: 200, optional: false },
    age: { type: 'number', optional: true },
    urgent: { type: 'boolean', optional: true },
    'a=b': { type: 'category', maxLength: 1000, optional: true },
  },
  target: { name: 'team', type: 'label' },
};

export const predictor = {
  name: 'tickets',
  revision: 2,
  definition,
  counter: { newRows: 37, every: 100, of: 'predictions', counted: 137 },
  examples: { imported: 1200, accepted: 30, corrected: 4 },
  predictions: 137,
  champion: { model: 3, promotedAt: '2026-11-20T08:15:00.000Z' },
  missing: {},
  lastRetraining: {
    id: 7,
    trigger: 'count',
    status: 'finished',
    verdict: 'promoted',
    reason: 'The challenger is right on 91 of 100 unseen rows, the champion on 84.',
    model: 3,
    requestedAt: '2026-11-20T08:14:00.000Z',
    startedAt: '2026-11-20T08:14:10.000Z',
    finishedAt: '2026-11-20T08:15:00.000Z',
  },
};

export const numberPredictor = {
  ...predictor,
  name: 'prices',
  definition: { ...definition, name: 'prices', target: { name: 'price', type: 'number', coverage: 0.9 } },
};

const interval = (low: number, high: number) => ({ low, high, coverage: 0.95 });

export const model = {
  model: 3,
  status: 'champion',
  learner: 'softmax',
  examples: 1234,
  metrics: {
    accuracy: 0.94171,
    top3: 0.985,
    logLoss: 0.32,
    macroF1: 0.9,
    ece: 0.013,
    rows: 439,
    intervals: {
      accuracy: interval(0.915, 0.96),
      top3: interval(0.97, 0.99),
      logLoss: interval(0.28, 0.36),
      macroF1: interval(0.87, 0.92),
      ece: interval(0.01, 0.02),
    },
  },
  sha256: 'ab'.repeat(32),
  trainedAt: '2026-11-20T08:15:00.000Z',
};
