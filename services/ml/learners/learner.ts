import type { Saved, Tensor } from '../featurizers/featurizer.ts';
import type { Pause } from '../linalg/lbfgs.ts';
import type { SparseMatrix, SparseVector } from '../linalg/sparse.ts';
import { LearnerError } from './errors.ts';
import { completeSettings, type LearnerSettings, type SettingTable, type ValuesOf } from './settings.ts';

/** What candidates may depend on. */
export interface Size {
  readonly rows: number;
  /** How many labels; 0 for a number. */
  readonly labels: number;
  readonly hasText: boolean;
  /** Whether columns are those of the inputs and a number is learned in its own unit; else crosses or logarithms are tried. */
  readonly isPlain: boolean;
}

/** How a learner learns one kind of target. The settings come complete: in range, none missing. */
export interface LabelSide<Values> {
  /** What is tried when settings are chosen, in this order; of equals the first is taken. None: never by itself. */
  candidates(size: Size): readonly LearnerSettings[];
  /**
   * @param x rows × columns, left as it is
   * @param y the label of each row as a number below `labels`
   * @throws LearnerError `no_rows`, `not_finite`, `bad_label`, `too_large`
   */
  fit(problem: LabelProblem, settings: Values): Promise<FittedLabels>;
  /** What answers exactly as what was saved. @throws LearnerError `bad_facts` for arrays of another shape */
  restore(tensors: Tensors, width: number, labels: number): FittedLabels;
}

export interface NumberSide<Values> {
  candidates(size: Size): readonly LearnerSettings[];
  /** @throws LearnerError `no_rows`, `not_finite` */
  fit(problem: NumberProblem, settings: Values): Promise<FittedNumbers>;
  restore(tensors: Tensors, width: number): FittedNumbers;
}

export interface LabelProblem {
  readonly x: SparseMatrix;
  readonly y: Int32Array;
  readonly labels: number;
  readonly pause: Pause | undefined;
}

export interface NumberProblem {
  readonly x: SparseMatrix;
  readonly y: Float64Array;
  readonly pause: Pause | undefined;
}

/** All that is known of a learner: its file exports one, and `LEARNERS` lists it. */
export interface LearnerParts<Name extends string, Table extends SettingTable> {
  readonly name: Name;
  /** A sentence for the reference page, with its source. */
  readonly meaning: string;
  readonly settings: Table;
  /** Tried once a first one has been chosen: of two that are alike the quicker is taken. */
  readonly isTriedSecond?: boolean;
  /** Absent where the learner learns no labels. */
  readonly label?: LabelSide<ValuesOf<Table>>;
  /** Absent where it learns no numbers. */
  readonly number?: NumberSide<ValuesOf<Table>>;
}

/** A learner as all others see it: settings are checked before they reach its own code. */
export interface Learner<Name extends string = string> {
  readonly name: Name;
  readonly meaning: string;
  readonly settings: SettingTable;
  readonly isTriedSecond: boolean;
  /** The given settings with the defaults of the others. @throws LearnerError `bad_setting` */
  complete(given: LearnerSettings): LearnerSettings;
  readonly label: LabelSide<LearnerSettings> | null;
  readonly number: NumberSide<LearnerSettings> | null;
}

export function defineLearner<const Name extends string, const Table extends SettingTable>(
  parts: LearnerParts<Name, Table>,
): Learner<Name> {
  const { name, meaning, settings: table, isTriedSecond = false, label, number } = parts;
  const complete = (given: LearnerSettings) => completeSettings(name, table, given);
  return {
    name,
    meaning,
    settings: table,
    isTriedSecond,
    complete,
    label:
      label === undefined
        ? null
        : { ...label, fit: async (problem, given) => label.fit(problem, complete(given)) },
    number:
      number === undefined
        ? null
        : { ...number, fit: async (problem, given) => number.fit(problem, complete(given)) },
  };
}

export interface FittedLabels {
  readonly target: 'label';
  readonly width: number;
  readonly labels: number;
  /** Writes one score per label; softmax(scores) are the probabilities. @throws LearnerError `wrong_width` */
  scores(row: SparseVector, out: Float64Array): void;
  save(): Saved<LearnerFacts>;
}

export interface FittedNumbers {
  readonly target: 'number';
  readonly width: number;
  predict(row: SparseVector): number;
  save(): Saved<LearnerFacts>;
}

export type Fitted = FittedLabels | FittedNumbers;

/** The JSON part of a fitted learner. */
export interface LearnerFacts {
  readonly name: string;
  readonly width: number;
}

export type Tensors = Readonly<Record<string, Tensor>>;

/** A saved array of single precision. @throws LearnerError `bad_facts` where it is not there or of another length */
export function singles(tensors: Tensors, name: string, length: number): Float32Array {
  const tensor = tensors[name];
  if (tensor?.dtype === 'F32' && tensor.data.length === length) return tensor.data;
  throw new LearnerError('bad_facts', `the saved ${name} should be ${length} numbers of single precision`);
}

/** The same of double precision. */
export function doubles(tensors: Tensors, name: string, length: number): Float64Array {
  const tensor = tensors[name];
  if (tensor?.dtype === 'F64' && tensor.data.length === length) return tensor.data;
  throw new LearnerError('bad_facts', `the saved ${name} should be ${length} numbers of double precision`);
}
