/** The columns of UCI's adult, as a predictor's. */
export const ADULT = {
  inputs: {
    age: { type: 'number' },
    workclass: { type: 'category' },
    fnlwgt: { type: 'number' },
    education: { type: 'category' },
    'education-num': { type: 'number' },
    'marital-status': { type: 'category' },
    occupation: { type: 'category' },
    relationship: { type: 'category' },
    race: { type: 'category' },
    sex: { type: 'category' },
    'capital-gain': { type: 'number' },
    'capital-loss': { type: 'number' },
    'hours-per-week': { type: 'number' },
    'native-country': { type: 'category' },
  },
  target: { name: 'income', type: 'label' },
} as const;
