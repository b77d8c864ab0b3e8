import { describe, expect, test } from '@jest/globals';
import { readSettings, USAGE } from '../../services/local/settings.ts';

const read = (flags: string[], environment: Record<string, string> = {}) =>
  readSettings(flags, environment, '/home/ada/shop');

function refusal(flags: string[], environment: Record<string, string> = {}): unknown {
  try {
    return read(flags, environment);
  } catch (error) {
    return error;
  }
}

describe('the settings', () => {
  test('default to the loopback address, port 3000 and a folder beside the program', () => {
    expect(read([])).toEqual({
      host: '127.0.0.1',
      port: 3000,
      data: '/home/ada/shop/.hundredfold',
      empty: false,
      databaseUrl: null,
      adminKey: null,
      adminKeyFile: null,
      rateLimit: 0,
      corsOrigins: [],
    });
  });

  test('cannot be changed later', () => {
    expect(Object.isFrozen(read([]))).toBe(true);
  });

  test('are taken from flags before variables, and an empty variable is none', () => {
    const environment = { HUNDREDFOLD_PORT: '4000', HUNDREDFOLD_DATA: '/var/lib/h', HUNDREDFOLD_HOST: '' };
    expect(read(['--port', '0', '--empty'], environment)).toMatchObject({
      port: 0,
      data: '/var/lib/h',
      host: '127.0.0.1',
      empty: true,
    });
    expect(read(['--port=5000', '--data=../d'])).toMatchObject({ port: 5000, data: '/home/ada/d' });
  });

  test('take a PostgreSQL of the user’s own', () => {
    const url = 'postgresql://ada:secret@db.example/shop';
    expect(read([], { HUNDREDFOLD_DATABASE_URL: url })).toMatchObject({ databaseUrl: url });
    const refused = refusal([], { HUNDREDFOLD_DATABASE_URL: 'mysql://ada:secret@db' });
    expect(refused).toMatchObject({
      code: 'setting_invalid',
      message: expect.not.stringContaining('secret'),
    });
  });

  test('answer help with help, whatever else is said', () => {
    expect(read(['--help', '--port', 'many'])).toBe('help');
  });

  test.each(['-1', '65536', '3e3', 'many', '', ' 1'])('refuse the port "%s" by name', (port) => {
    expect(refusal([`--port=${port}`])).toMatchObject({
      code: 'setting_invalid',
      message: expect.stringContaining('--port'),
    });
  });

  test('name the variable where the variable is wrong', () => {
    expect(refusal([], { HUNDREDFOLD_PORT: 'many' })).toMatchObject({
      message: expect.stringContaining('HUNDREDFOLD_PORT'),
    });
  });

  test.each([[['--prot', '1']], [['3000']], [['--empty=yes']], [['--data']]])(
    'refuse %j and say what is known',
    (flags) => {
      expect(refusal(flags)).toMatchObject({
        code: expect.stringMatching(/^setting_(unknown|invalid)$/),
        message: expect.stringContaining(USAGE),
      });
    },
  );

  test.each(['localhost', '127.0.0.1', '127.8.9.10', '::1', '[::1]', '0:0:0:0:0:0:0:1'])(
    'let it listen on %s',
    (host) => {
      expect(read(['--host', host])).toMatchObject({ host: host.replace(/[[\]]/g, '') });
    },
  );

  test.each([
    '0.0.0.0',
    '::',
    '192.168.0.7',
    'example.com',
    'localhost.example.com',
    '128.0.0.1',
    '::ffff:10.0.0.1',
  ])('let it listen on %s, which is beyond loopback: whether there are keys is seen later', (host) => {
    expect(read(['--host', host])).toMatchObject({ host, rateLimit: 500 });
  });

  test('limit nobody on loopback, unless told to', () => {
    expect(read([])).toMatchObject({ rateLimit: 0, corsOrigins: [], adminKey: null, adminKeyFile: null });
  });
});
