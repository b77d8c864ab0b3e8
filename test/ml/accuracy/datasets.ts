import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Example } from '../../../services/ml/index.ts';
import type { PredictorDefinition } from '../../../services/ml/predictor/definition.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';

export interface Dataset {
  readonly definition: PredictorDefinition;
  readonly examples: readonly Example[];
}

type Cells = Record<string, string>;
type InputType = 'text' | 'category' | 'number';
type Load = (folder: string) => Dataset;

/** Public data sets by name, read from the folder that holds them all. */
export const datasets = {
  completions: (folder: string) =>
    dataset(
      table(folder, 'completions/completions.csv'),
      { query: 'text' },
      { name: 'completion', type: 'label' },
    ),
  sms: (folder: string) =>
    dataset(
      readFileSync(path.join(folder, 'sms_spam/SMSSpamCollection'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ({
          label: line.slice(0, line.indexOf('\t')),
          message: line.slice(line.indexOf('\t') + 1),
        })),
      { message: 'text' },
      { name: 'label', type: 'label' },
    ),
  titanic: (folder: string) =>
    dataset(
      table(folder, 'titanic/titanic.csv'),
      {
        Pclass: 'category',
        Name: 'text',
        Sex: 'category',
        Age: 'number',
        SibSp: 'number',
        Parch: 'number',
        Ticket: 'category',
        Fare: 'number',
        Cabin: 'category',
        Embarked: 'category',
      },
      { name: 'Survived', type: 'label' },
    ),
  adult: (folder: string) =>
    dataset(
      table(folder, 'adult/adult_train.csv'),
      {
        age: 'number',
        workclass: 'category',
        fnlwgt: 'number',
        education: 'category',
        'education-num': 'number',
        'marital-status': 'category',
        occupation: 'category',
        relationship: 'category',
        race: 'category',
        sex: 'category',
        'capital-gain': 'number',
        'capital-loss': 'number',
        'hours-per-week': 'number',
        'native-country': 'category',
      },
      { name: 'income', type: 'label' },
    ),
  abalone: (folder: string) =>
    dataset(
      table(folder, 'small/abalone.csv', [
        'sex',
        'length',
        'diameter',
        'height',
        'whole',
        'shucked',
        'viscera',
        'shell',
        'rings',
      ]),
      {
        sex: 'category',
        length: 'number',
        diameter: 'number',
        height: 'number',
        whole: 'number',
        shucked: 'number',
        viscera: 'number',
        shell: 'number',
      },
      { name: 'rings', type: 'number' },
    ),
} satisfies Record<string, Load>;

export type DatasetName = keyof typeof datasets;

/** With its header in the first line, or with the given columns. */
function table(folder: string, file: string, columns: true | string[] = true): Cells[] {
  return parse<Cells>(readFileSync(path.join(folder, file)), { columns });
}

function dataset(
  rows: readonly Cells[],
  inputs: Record<string, InputType>,
  target: { name: string; type: 'label' | 'number' },
): Dataset {
  const definition = parseDefinition({
    name: 'measured',
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, type]) => [name, { type, optional: true }]),
    ),
    target,
  });
  const value = (cell: string | undefined, type: string) =>
    cell === undefined || cell === '' ? null : type === 'number' ? Number(cell) : cell;
  const examples = rows.map((row) => ({
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, type]) => [name, value(row[name], type)])),
    target: value(row[target.name], target.type) ?? '',
  }));
  return { definition, examples };
}
