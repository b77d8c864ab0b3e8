import { readBoolean } from './boolean-cell.ts';
import { compileDateForm } from './date-form.ts';
import { guessDateForms } from './date-guess.ts';
import type { InputDefinition } from './definition.ts';
import { missingHint } from './missing.ts';
import { readNumber } from './number-cell.ts';
import { shown } from './shown.ts';

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
      return `a date that exists, as ${declaredForm(input.format)}"2026-02-28" or "2026-02-28T12:30:00Z"`;
  }
}

function declaredForm(format: string | undefined): string {
  return format === undefined ? '' : `"${compileDateForm(format).example}" (${format}), `;
}

/** A value is not of its input's type: what is, what was sent, and what to send in its place where that is plain. */
export function wrongTypeMessage(input: InputDefinition, value: unknown): string {
  return `must be ${wanted(input)}; ${shown(value)} was sent${hint(input, value)}`;
}

function hint(input: InputDefinition, value: unknown): string {
  switch (input.type) {
    case 'text':
    case 'category':
      return typeof value === 'number' || typeof value === 'boolean' ? ': put it in quotes' : '';
    case 'number':
      return typeof value === 'string' && readNumber(value) !== undefined
        ? ': leave out the quotes'
        : missingHint(value);
    case 'boolean': {
      const meant =
        typeof value === 'string' || typeof value === 'number' ? readBoolean(`${value}`) : undefined;
      return meant === undefined ? missingHint(value) : `: send ${meant}`;
    }
    case 'date':
      return (
        missingHint(value) || (typeof value === 'string' ? formHint(input.format, guessDateForms(value)) : '')
      );
  }
}

function formHint(declared: string | undefined, forms: readonly string[]): string {
  if (forms.length === 0) return '';
  if (declared !== undefined) return `, which is written ${forms.join(' or ')}`;
  const quoted = forms.map((form) => `"format": "${form}"`).join(' or ');
  return `: declare ${quoted} for such dates${forms.length > 1 ? ', whichever it is' : ''}`;
}
