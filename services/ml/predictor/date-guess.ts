import { compileDateForm, type DateForm } from './date-form.ts';

const DAYS = [
  ...['dd/MM/yyyy', 'MM/dd/yyyy', 'dd.MM.yyyy', 'dd-MM-yyyy', 'yyyy/MM/dd', 'yyyy.MM.dd', 'yyyyMMdd'],
  ...['dd MMM yyyy', 'dd-MMM-yyyy', 'MMM dd, yyyy', 'dd MMMM yyyy', 'MMMM dd, yyyy', 'dd/MMM/yy'],
  ...['d/M/yyyy', 'M/d/yyyy', 'd.M.yyyy', 'd-M-yyyy', 'yyyy-M-d', 'yyyy/M/d', 'd MMM yyyy', 'MMM d, yyyy'],
  ...[
    'd MMMM yyyy',
    'MMMM d, yyyy',
    'd/MMM/yy',
    'dd/MM/yy',
    'MM/dd/yy',
    'dd.MM.yy',
    'd/M/yy',
    'M/d/yy',
    'd.M.yy',
  ],
];
const TIMES = ['', ' HH:mm', ' HH:mm:ss', ' H:mm', ' H:mm:ss', ' h:mm a', ' h:mm:ss a'];

/** Made when a date is refused for the first time. */
let forms:
  | readonly { readonly format: string; readonly meant: string; readonly form: DateForm }[]
  | undefined;

/**
 * The forms that would read a text as a date, of those that are common: none, one, or several for `03/04/2026`.
 * Of two that differ in how many digits they ask for, the first is named.
 */
export function guessDateForms(text: string): string[] {
  forms ??= DAYS.flatMap((day) => TIMES.map((time) => day + time)).map((format) => ({
    format,
    meant: format.replace(/([a-zA-Z])\1*/g, (letters, letter) =>
      letters === 'yy' ? letters : letters.startsWith('MMM') ? 'MMM' : letter,
    ),
    form: compileDateForm(format),
  }));
  const fitting = new Map<string, string>();
  for (const { format, meant, form } of forms) {
    if (!fitting.has(meant) && typeof form.read(text) === 'string') fitting.set(meant, format);
  }
  return [...fitting.values()];
}
