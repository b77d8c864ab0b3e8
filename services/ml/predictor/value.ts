import { readBoolean } from './boolean-cell.ts';
import { cleanText, isPlain } from './clean.ts';
import { readIsoDate } from './date.ts';
import { compileDateForm } from './date-form.ts';
import type { InputDefinition, InputValue } from './definition.ts';
import { compileMissing } from './missing.ts';
import { numberCellFault, numberFault, readNumber } from './number-cell.ts';
import { textFault } from './text.ts';
import { Unfit } from './unfit.ts';
import { wanted, wrongTypeMessage } from './value.message.ts';

/** A value as it is kept (`null` where it is missing), or why it does not fit. */
export type Reading = InputValue | Unfit;

/** Sent by somebody, who writes dates as declared; or kept, when dates have the form of all, whatever is declared. */
export type Origin = 'sent' | 'kept';

/** Reads the values of one input, made once for each revision of a definition. */
export interface InputReader {
  /** A value of a JSON document; `null` where it was left out. */
  readonly value: (value: unknown) => Reading;
  /** A cell of a CSV file. An empty one is missing. */
  readonly cell: (cell: string) => Reading;
}

type Read<Sent> = (sent: Sent) => Reading;

/**
 * Text is kept as it was sent, a category in its clean spelling, a date in the one form of all. A category that is
 * blank is missing, and so is what the definition declares as missing.
 */
export function compileInput(input: InputDefinition, origin: Origin = 'sent'): InputReader {
  const format = input.type === 'date' ? input.format : undefined;
  const isMissing = compileMissing(input.missing, input.type, dateReader(format, 'sent'));
  const [value, cell] = readersOf(input, origin);
  return {
    value: orMissing(value, isMissing, nothing(input, `is missing: send ${wanted(input)}`)),
    cell: orMissing(
      (text: string) => (text === '' ? null : cell(text)),
      isMissing,
      nothing(input, `is missing: give ${wanted(input)}, or make the input optional`),
    ),
  };
}

function nothing({ optional }: InputDefinition, reason: string): null | Unfit {
  return optional ? null : new Unfit(reason);
}

function orMissing<Sent>(
  read: Read<Sent>,
  isMissing: ((value: unknown) => boolean) | undefined,
  missing: null | Unfit,
): Read<Sent> {
  if (isMissing === undefined) {
    return (sent) => {
      const value = sent === null ? null : read(sent);
      return value === null ? missing : value;
    };
  }
  return (sent) => {
    if (sent === null || isMissing(sent)) return missing;
    const value = read(sent);
    // A date may be written in the declared form.
    return value === null || isMissing(value) ? missing : value;
  };
}

/** The readers of a value and of a cell; both answer null for what is blank and may not be. */
function readersOf(input: InputDefinition, origin: Origin): [Read<unknown>, Read<string>] {
  const wrongType = (value: unknown) =>
    value instanceof Unfit ? value : new Unfit(wrongTypeMessage(input, value));
  const orBlank = (cell: string) => (cell.trim() === '' ? null : wrongType(cell));
  switch (input.type) {
    case 'text': {
      const { maxLength } = input;
      const read = (text: string) => checkedText(text, maxLength);
      return [(value) => (typeof value === 'string' ? read(value) : wrongType(value)), read];
    }
    case 'category': {
      const { maxLength } = input;
      const read = (text: string) =>
        text.length <= maxLength && isPlain(text) ? text : checkedText(cleanText(text), maxLength) || null;
      return [(value) => (typeof value === 'string' ? read(value) : wrongType(value)), read];
    }
    case 'number':
      return [
        (value) => (Number.isFinite(value) ? checkedNumber(value) : wrongType(value)),
        (cell) => checkedCell(cell, readNumber(cell)) ?? orBlank(cell),
      ];
    case 'boolean':
      return [
        (value) => (typeof value === 'boolean' ? value : wrongType(value)),
        (cell) => readBoolean(cell) ?? orBlank(cell),
      ];
    case 'date': {
      const read = dateReader(input.format, origin);
      return [
        (value) => (typeof value === 'string' ? (read(value) ?? wrongType(value)) : wrongType(value)),
        (cell) => read(cell) ?? orBlank(cell),
      ];
    }
  }
}

function checkedText(text: string, maxLength: number): string | Unfit {
  const fault = textFault(text, maxLength, 'shorten it, or raise maxLength in the definition');
  return fault === undefined ? text : new Unfit(fault);
}

function checkedNumber(value: unknown): number | Unfit {
  const number = Number(value) + 0; // -0 is 0: PostgreSQL stores no other
  const fault = numberFault(number);
  return fault === undefined ? number : new Unfit(fault);
}

function checkedCell(cell: string, number: number | undefined): number | Unfit | undefined {
  if (number === undefined) return undefined;
  const fault = numberCellFault(cell, number);
  return fault === undefined ? number : new Unfit(fault);
}

/**
 * A text that has the declared form is read by it alone; any other as ISO 8601. Of what is kept it is the other way round:
 * `yyyy-dd-MM` would read a kept date again, and swap its day and month. (What is kept as text has the declared form.)
 */
function dateReader(format: string | undefined, origin: Origin): (text: string) => string | undefined {
  if (format === undefined) return readIsoDate;
  const form = compileDateForm(format);
  if (origin === 'kept') return (text) => readIsoDate(text) ?? form.read(text) ?? undefined;
  return (text) => {
    const read = form.read(text);
    return read === undefined ? readIsoDate(text) : (read ?? undefined);
  };
}
