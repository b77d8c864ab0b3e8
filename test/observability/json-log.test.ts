import { expect, test } from '@jest/globals';
import { jsonLog } from '../../services/observability/json-log.ts';

const lines: string[] = [];
const write = (line: string) => void lines.push(line);

test("a server's log is a JSON object a line, with the names that a function's has", () => {
  const log = jsonLog({ service: 'predict', level: 'info', write });
  log.info('request', { status: 200 });
  log.error('two\nlines', new TypeError('none', { cause: 'a text' }), { predictor: 'searches' });
  const [first, second] = lines.map((line) => JSON.parse(line));
  expect(first).toMatchObject({ level: 'INFO', message: 'request', service: 'predict', status: 200 });
  expect(new Date(first.timestamp).toISOString()).toBe(first.timestamp);
  expect(second).toMatchObject({
    level: 'ERROR',
    message: 'two\nlines',
    predictor: 'searches',
    error: { name: 'TypeError', message: 'none', cause: { message: 'a text' } },
  });
  expect(lines.join('')).not.toContain('\n');
});

test('what is less than its level is left out', () => {
  lines.length = 0;
  const log = jsonLog({ service: 'predict', level: 'warn', write });
  log.info('request');
  log.warn('late');
  expect(lines).toHaveLength(1);
});
