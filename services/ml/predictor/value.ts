import { isDate } from './date.ts';
import type { InputDefinition } from './definition.ts';
import { shown } from './shown.ts';
import { textFault } from './text.ts';

/** What is wrong with one value of a row, as the end of "query …", or undefined. Missing values never come here. */
export type Fault = (value: unknown) => string | undefined;

/** The check of one input's values, made once for each revision of a definition. */
export function compileFault(input: InputDefinition): Fault {
  switch (input.type) {
    case 'text':
    case 'category': {
      const { maxLength } = input;
      return (value) => (typeof value === 'string' ? textFault(value, maxLength) : wrongType(input, value));
    }
    case 'number':
      return (value) => (Number.isFinite(value) ? undefined : wrongType(input, value));
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? undefined : wrongType(input, value));
    case 'date':
      return (value) => (typeof value === 'string' && isDate(value) ? undefined : wrongType(input, value));
  }
}

/** What an input takes, in words: "a number". */
export function wanted(input: InputDefinition): string {
  switch (input.type) {
    case 'text':
    case 'category':
      return `text of at most ${input.maxLength} characters`;
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'date':
      return 'a date that exists, as "2026-02-28" or "2026-02-28T12:30:00Z"';
  }
}

function wrongType(input: InputDefinition, value: unknown): string {
  return `must be ${wanted(input)}; ${shown(value)} was sent`;
}
