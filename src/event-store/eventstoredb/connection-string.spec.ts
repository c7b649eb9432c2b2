import { describe, expect, it } from '@jest/globals';
import { parseConnectionString } from './connection-string.js';

const accepted: readonly (readonly [string, string])[] = [
  ['esdb://127.0.0.1:2113?tls=false', '127.0.0.1:2113'],
  ['esdb://localhost?tls=false', 'localhost'],
  [
    'esdb://ada:s3cret@a.example:2113,b.example:2113,c.example',
    'a.example:2113,b.example:2113,c.example',
  ],
  [
    'esdb+discover://ada:s3cret@cluster.example/?tlsCAFile=/ca.pem&nodePreference=leader',
    'cluster.example',
  ],
  [' esdb://ada:s3cret@a.example:2113?keep_alive_interval=20000 ', 'a.example:2113'],
];

const refused: readonly (readonly [string, RegExp])[] = [
  ['', /not of the form/],
  ['postgres://ada:s3cret@a.example', /not of the form/],
  ['esdb://', /not of the form/],
  ['esdb://ada:s3cret@a.example?tls=false', /would be dropped/],
  ['esdb://a.example', /needs a user and password/],
  ['esdb://ada@a.example', /user:password/],
  ['esdb://ada:s3:cret@a.example', /user:password/],
  ['esdb://ada:s3cret%@a.example', /percent-encoded/],
  ['esdb://ada:s3cret@a.example?tlsVerifyCert=false', /tlsCAFile/],
  ['esdb://ada:s3cret@a.example?throwOnAppendFailure=false', /hide refused appends/],
  ['esdb+discover://ada:s3cret@a.example,b.example', /one DNS name/],
  ['esdb://ada:s3cret@a.example:port', /name:port/],
  ['esdb://ada:s3cret@a.example?tlsCaFlie=x', /no option "tlsCaFlie"/],
];

describe('an EventStoreDB connection string', () => {
  it.each(accepted)('is accepted: %s', (text, hosts) => {
    const address = parseConnectionString(text);
    expect(address.hosts).toBe(hosts);
    expect(address.connectionString).toBe(text.trim());
  });

  it('gives user and password as they are, not as they are encoded', () => {
    expect(parseConnectionString('esdb://ada%40x:s%3Acret@a.example').credentials).toEqual({
      username: 'ada@x',
      password: 's:cret',
    });
    expect(parseConnectionString('esdb://a?tls=false').credentials).toBeUndefined();
  });

  it.each(refused)('is refused with one line that keeps the password: %s', (text, why) => {
    const refusal = (() => {
      try {
        return parseConnectionString(text);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({ code: 'invalid', message: expect.stringMatching(why) });
    expect(String(refusal)).not.toMatch(/s3|cret|\n/);
  });
});
