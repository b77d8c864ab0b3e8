import { describe, expect, test } from '@jest/globals';
import { Progress, reported } from '../../../services/cli/terminal/progress.ts';
import { MemoryWriter } from '../support/run.ts';

describe('progress', () => {
  test('in a log is one line every five seconds, and none about what is over before', () => {
    const writer = new MemoryWriter();
    let now = 0;
    const progress = new Progress(writer, () => now);
    for (; now < 12_000; now += 10) progress.sent(now, 20_000);
    progress.end();
    expect(writer.text).toBe(
      '[#####---------------] 25 %  5.0 kB of 20.0 kB\n[##########----------] 50 %  10.0 kB of 20.0 kB\n',
    );
  });

  test('on a screen is one line that is drawn again ten times a second, and removed', () => {
    const writer = new MemoryWriter(true, 30);
    let now = 0;
    const progress = new Progress(writer, () => now);
    for (; now < 1000; now += 10)
      progress.say(`step ${now} of a description that is too long for the screen`);
    progress.end();
    const lines = writer.text.split('\r\u001b[K');
    expect(lines).toHaveLength(12);
    expect(lines[1]).toBe('step 0 of a description that ');
    expect(lines.at(-1)).toBe('');
    expect(writer.text).not.toContain('\n');
  });

  test('of nothing at all is nothing', async () => {
    const writer = new MemoryWriter(true);
    const progress = new Progress(writer, () => 0);
    progress.end();
    expect(writer.text).toBe('');
    const nothing = reported((async function* () {})(), 0, progress);
    expect(await nothing.next()).toEqual({ done: true, value: undefined });
    expect(writer.text).toContain('the server is storing the rows');
  });
});
