import { describe, expect, test } from '@jest/globals';
import { compileCells } from '../../../services/ml/predictor/cell-reader.ts';
import { compileDateForm } from '../../../services/ml/predictor/date-form.ts';
import { DefinitionError } from '../../../services/ml/predictor/definition.error.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';
import { compileRow } from '../../../services/ml/predictor/row-reader.ts';

function cellsOf(format: string) {
  const inputs = { x: { type: 'date', optional: true, format } };
  const [column] = compileCells(
    parseDefinition({ name: 'p', inputs, target: { name: 'y', type: 'number' } }),
  ).inputs;
  return (cell: string) => column?.read(cell) ?? { reason: 'there is no such column' };
}

describe('a declared form of dates', () => {
  test.each([
    ['dd/MM/yyyy', '28/02/2026', '2026-02-28'],
    ['dd/MM/yyyy', ' 03/04/2026\u00a0', '2026-04-03'],
    ['MM/dd/yyyy', '03/04/2026', '2026-03-04'],
    ['M/d/yyyy H:mm', '6/21/2025 16:14', '2025-06-21T16:14:00Z'],
    ['d.M.yyyy', '3.4.2026', '2026-04-03'],
    ['yyyyMMdd', '20260228', '2026-02-28'],
    ['yyyyMMddHHmmss', '20260228123000', '2026-02-28T12:30:00Z'],
    ['yyyy-M-d', '2026-2-8', '2026-02-08'],
    ['yyyy/MM/dd', '2026/02/28', '2026-02-28'],
    ['dd MMM yyyy', '28 feb 2026', '2026-02-28'],
    ['d MMM. yyyy', '5 Sept. 2026', '2026-09-05'],
    ['MMMM d, yyyy', 'February 28, 2026', '2026-02-28'],
    ['d/MMM/yy h:mm a', '14/Jul/25 3:42\u202fPM', '2025-07-14T15:42:00Z'],
    ['dd.MM.yy', '01.01.69', '1969-01-01'],
    ['dd.MM.yy hh:mm a', '01.01.68 12:05 a.m.', '2068-01-01T00:05:00Z'],
    ['yyyy-MM-dd HH:mm:ss.SSS XXX', '2026-02-28 12:30:00.250 +01:00', '2026-02-28T12:30:00.250+01:00'],
    ["dd.MM.yyyy 'um' HH 'Uhr'", '28.02.2026 um 12 Uhr', '2026-02-28T12:00:00Z'],
    ["yyyy 'o''clock'-MM-dd", "2026 o'clock-02-28", '2026-02-28'],
    ['yyyy-MM', '2026-02', '2026-02-01'],
  ])('%s reads %j as %s', (format, text, date) => {
    expect(cellsOf(format)(text)).toEqual({ value: date });
  });

  test('takes ISO dates beside it, but never one that it reads otherwise', () => {
    expect(cellsOf('dd/MM/yyyy')('2026-02-28 12:30:00+00')).toEqual({ value: '2026-02-28T12:30:00+00:00' });
    expect(cellsOf('yyyy-dd-MM')('2026-03-02')).toEqual({ value: '2026-02-03' });
    expect(cellsOf('yyyy-dd-MM')('2026-02-28').reason).toContain('a date that exists');
  });

  test('does not read again what is kept, but does what is kept as text', () => {
    const inputs = { x: { type: 'date', format: 'yyyy-dd-MM' }, z: { type: 'date', format: 'dd/MM/yyyy' } };
    const definition = parseDefinition({ name: 'p', inputs, target: { name: 'y', type: 'number' } });
    const sent = { x: '2026-04-03', z: '04/03/2026' };
    const kept = { x: '2026-03-04', z: '2026-03-04' };
    expect(compileRow(definition).read(sent).row).toEqual(kept);
    expect(compileRow(definition, 'kept').read(kept).row).toEqual(kept);
    expect(compileRow(definition, 'kept').read(sent).row?.z).toBe('2026-03-04');
    expect(compileRow(definition, 'kept').read({ ...kept, x: '2026-31-12' }).row?.x).toBe('2026-12-31');
  });

  test('is that of declared missing values too, which stored rows hold as they are kept', () => {
    const x = { type: 'date', format: 'dd/MM/yyyy', missing: ['31/12/9999', '00/00/0000'] };
    const definition = parseDefinition({ name: 'p', inputs: { x }, target: { name: 'y', type: 'number' } });
    for (const value of ['31/12/9999', '00/00/0000', '9999-12-31']) {
      expect(compileRow(definition).read({ x: value }).row).toEqual({ x: null });
    }
    expect(compileRow(definition, 'kept').read({ x: '9999-12-31' }).row).toEqual({ x: null });
  });

  test('refuses what it does not fit, shows itself, and says which form the text has', () => {
    expect(cellsOf('dd/MM/yyyy')('02/28/2026').reason).toBe(
      'must be a date that exists, as "28/02/2026" (dd/MM/yyyy), "2026-02-28" or "2026-02-28T12:30:00Z"; the text "02/28/2026" was sent, which is written MM/dd/yyyy',
    );
    expect(cellsOf('dd/MM/yyyy')('30/02/2026').reason).toContain('"30/02/2026" was sent');
    expect(cellsOf('dd/MM/yyyy')('8/2/2026').reason).toContain('which is written d/M/yyyy or M/d/yyyy');
    expect(cellsOf('d MMM yyyy h:mm a')('1 Mai 2026 13:00 PM').reason).toContain('was sent');
    expect(cellsOf('h:mm a d/M/yyyy')('13:00 PM 1/1/2026').reason).toContain('was sent');
  });

  test.each([
    ['DD/MM/YYYY', 'the day of the month is dd'],
    ['dd/mm/yyyy', 'has no month: it is MM, where mm are minutes'],
    ['dd/MM', 'has no year: add yyyy'],
    ['yyyy', 'has no month'],
    ['yyyy-MM HH:mm', 'has a time and no day'],
    ['dd/MM/yyyy mm', 'no hour: add HH'],
    ['dd/MM/yyyy hh:mm', 'without AM or PM'],
    ['dd/MM/yyyy HH:mm a', 'with hours up to 24'],
    ['dd/MM/yyyy dd', 'names the day twice'],
    ['dMyyyy', 'does not say where the day ends'],
    ["dd 'of MM yyyy", 'opens a quote'],
    ['EEE dd/MM/yyyy', 'holds EEE'],
    ['dd.MM.yyyy um', 'holds u'],
  ])('%s is refused by the definition: %s', (format, message) => {
    expect(() => cellsOf(format)).toThrow(DefinitionError);
    expect(() => cellsOf(format)).toThrow(`inputs.x.format ${message.startsWith('has') ? message : ''}`);
    expect(() => cellsOf(format)).toThrow(message);
  });

  test('shows itself by an example that it reads', () => {
    for (const format of ['dd/MM/yyyy', 'd.M.yy', 'MMM d, yyyy h:mm a', 'yyyy-MM-dd HH:mm:ss.SS XXX']) {
      const form = compileDateForm(format);
      expect(form.read(form.example)).toMatch(/^2026-02-28/);
    }
  });
});
