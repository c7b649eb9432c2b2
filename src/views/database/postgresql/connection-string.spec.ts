import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ConfigurationError } from '../../../runtime/configuration.error.js';
import { readConnectionString } from './connection-string.js';

const SECRET = 'hunter2';

describe('A connection string of PostgreSQL', () => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-views-'));
    file = join(folder, 'root.pem');
    await writeFile(file, 'a certificate');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('names user, password, host, port, database and settings of the session', () => {
    expect(
      readConnectionString(
        'postgres://ada:p%40ss@db.example:5433/views?options=-c%20search_path%3Ddocket',
      ),
    ).toEqual({
      host: 'db.example',
      port: 5433,
      user: 'ada',
      password: 'p@ss',
      database: 'views',
      ssl: false,
      options: '-c search_path=docket',
    });
  });

  it('may leave out the port and the password', () => {
    expect(readConnectionString('postgresql://ada@[::1]/views')).toEqual({
      host: '::1',
      port: 5432,
      user: 'ada',
      database: 'views',
      ssl: false,
    });
  });

  it('may name the folder of a Unix socket', () => {
    expect(readConnectionString('postgres://ada@%2Frun%2Fpg/views').host).toBe('/run/pg');
  });

  it.each(['require', 'verify-ca', 'verify-full'])(
    'checks certificates with sslmode=%s',
    (mode) => {
      const { ssl } = readConnectionString(`postgres://a@h/d?sslmode=${mode}&sslrootcert=${file}`);
      expect(ssl).toMatchObject({ ca: 'a certificate', rejectUnauthorized: true });
    },
  );

  it.each([
    ['another kind of database', `mysql://ada:${SECRET}@h/d`, /expected `sqlite` or postgres/],
    ['no address at all', SECRET, /expected `sqlite` or postgres/],
    ['an impossible port', `postgres://ada:${SECRET}@h:99999/d`, /expected `sqlite` or postgres/],
    ['no user', 'postgres://h/d', /the user is missing/],
    ['no host', `postgres://ada:${SECRET}@/d`, /the host is missing|expected/],
    ['no database', `postgres://ada:${SECRET}@h`, /the database is missing/],
    ['a wrong escape', `postgres://ada:${SECRET}%zz@h/d`, /the password is not percent-encoded/],
    ['several hosts', `postgres://ada:${SECRET}@one,two/d`, /expected one host/],
    ['a parameter twice', 'postgres://a@h/d?options=x&options=y', /options is given twice/],
    [
      'a parameter that nobody reads',
      'postgres://a@h/d?connect_timeout=5',
      /"connect_timeout": no such/,
    ],
    [
      'TLS that checks nothing',
      'postgres://a@h/d?sslmode=no-verify',
      /sslmode: expected verify-full/,
    ],
    ['TLS that may not be', 'postgres://a@h/d?sslmode=prefer', /sslmode: expected verify-full/],
    ['certificates without TLS', 'postgres://a@h/d?sslrootcert=FILE', /need sslmode=verify-full/],
    [
      'a file that is missing',
      `postgres://a@h/d?sslmode=require&sslrootcert=/no/${SECRET}`,
      /cannot be read/,
    ],
    ['a key without a certificate', 'postgres://a@h/d?sslmode=require&sslkey=FILE', /go together/],
  ])('is refused with %s, in one line that repeats no value', (_, text, why) => {
    const read = () => readConnectionString(text.replace('FILE', file));
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(why);
    expect(read).toThrow(/^DOCKET_VIEWS: [^\n]+$/);
    expect(read).not.toThrow(SECRET);
  });

  it('carries any user, password and database', () => {
    const text = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((part) => !part.includes('\0'));
    fc.assert(
      fc.property(text, text, text, (user, password, database) => {
        const parts = [user, password, database].map((part) =>
          encodeURIComponent(part).replaceAll('.', '%2E'),
        );
        const read = readConnectionString(`postgres://${parts[0]}:${parts[1]}@h/x${parts[2]}`);
        expect(read).toMatchObject({ user, password, database: `x${database}` });
      }),
    );
  });
});
