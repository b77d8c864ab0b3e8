import { describe, expect, test } from '@jest/globals';
import { plain, plainLines } from '../../../services/cli/terminal/plain.ts';
import { table } from '../../../services/cli/terminal/table.ts';
import { MemoryWriter } from '../support/run.ts';

describe('text of users on a terminal', () => {
  test('cannot move the cursor, rename the window or turn the line around', () => {
    expect(plain('\u001b]0;pwned\u0007 \u009b2J \u202egpj.exe')).toBe(
      '\\u001b]0;pwned\\u0007 \\u009b2J \\u202egpj.exe',
    );
  });

  test('stays on its line', () => {
    expect(plain('a\nb\tc\r')).toBe('a\\nb\\tc\\r');
    expect(plainLines('a\nb\tc\u0007')).toBe('a\nb\tc\\u0007');
  });

  test('is otherwise left as it is', () => {
    expect(plain('Zahnärztin – 歯科 🙂 "quoted"')).toBe('Zahnärztin – 歯科 🙂 "quoted"');
  });
});

describe('a table', () => {
  const columns = [{ heading: 'NAME' }, { heading: 'ROWS', right: true }];

  test('counts characters, not UTF-16 units', () => {
    expect(
      table(new MemoryWriter(), (_colour, text) => text, columns, [
        ['🙂🙂🙂🙂🙂', '1'],
        ['a', '20'],
      ]),
    ).toBe('NAME   ROWS\n🙂🙂🙂🙂🙂     1\na        20\n');
  });

  test('is never cut in a file', () => {
    const rows = [['x'.repeat(200), '1']];
    expect(table(new MemoryWriter(false, 40), (_colour, text) => text, columns, rows)).toContain(
      'x'.repeat(200),
    );
    expect(table(new MemoryWriter(true, 40), (_colour, text) => text, columns, rows)).not.toContain(
      'x'.repeat(40),
    );
  });
});
