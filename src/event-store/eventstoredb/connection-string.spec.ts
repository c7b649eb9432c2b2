import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventStoreError } from '../event-store.errors.js';
import { parseConnectionString } from './connection-string.js';

const accepted: readonly (readonly [string, string])[] = [
  ['esdb://127.0.0.1:2113?tls=false', '127.0.0.1:2113'],
  ['esdb://localhost?tls=false', 'localhost'],
  ['esdb://[::1]:2113?tls=false', '[::1]:2113'],
  [
    'esdb://ada:s3cret@a.example:2113,b.example:2113,c.example',
    'a.example:2113,b.example:2113,c.example',
  ],
  [
    'esdb+discover://ada:s3cret@cluster.example/?tlsCAFile=/ca.pem&nodePreference=leader',
    'cluster.example',
  ],
  [' esdb://ada:s3cret@a.example:2113?keep_alive_interval=20000 ', 'a.example:2113'],
  ['esdb://a.example?userCertFile=/ada.pem&userKeyFile=/ada.key', 'a.example'],
  ['esdb://ada:s3cret@a.example?tlsVerifyCert=true&throwOnAppendFailure=true', 'a.example'],
];

const refused: readonly (readonly [string, RegExp])[] = [
  ['', /not of the form/],
  ['postgres://ada:s3cret@a.example', /not of the form/],
  ['esdb://', /not of the form/],
  ['esdb://ada:s3@cret@a.example', /percent-encoded/],
  ['esdb://ada:s3?cret@a.example', /percent-encoded/],
  ['esdb://ada:s3/cret@a.example', /percent-encoded/],
  ['esdb://ada:s3cret@a.example?tls=false', /would be dropped/],
  ['esdb://a.example?tls=false&tlsCAFile=/ca.pem', /certificates would be dropped/],
  ['esdb://a.example?tls=false&userCertFile=/a&userKeyFile=/b', /certificates would be dropped/],
  ['esdb://a.example', /needs a user and password/],
  ['esdb://ada@a.example', /user:password/],
  ['esdb://ada:s3:cret@a.example', /user:password/],
  ['esdb://ada:s3cret%@a.example', /password is not percent-encoded/],
  ['esdb://ada:s3cret@a.example?tlsCAFile=%', /tlsCAFile is not percent-encoded/],
  ['esdb://ada:s3cret@a.example?tlsVerifyCert=false', /tlsVerifyCert: .*tlsCAFile/],
  ['esdb://ada:s3cret@a.example?throwOnAppendFailure=false', /hide refused appends/],
  ['esdb://ada:s3cret@a.example?userCertFile=/ada.pem', /userCertFile and userKeyFile/],
  ['esdb://ada:s3cret@a.example?userKeyFile=/ada.key', /userCertFile and userKeyFile/],
  ['esdb+discover://ada:s3cret@a.example,b.example', /one DNS name/],
  ['esdb://ada:s3cret@[::1],[::2]', /IPv6/],
  ['esdb+discover://ada:s3cret@[::1]', /IPv6/],
  ['esdb://ada:s3cret@a.example:port', /name:port/],
  ['esdb://ada:s3cret@a.example:65536', /name:port/],
  ['esdb://ada:s3cret@a.example,', /name:port/],
  ['esdb://ada:s3cret@a.example?tlsCaFlie=x', /no option "tlsCaFlie"/],
  ['esdb://ada:2113?s3cret!=1', /no option of the name it gives/],
  ['esdb://ada:s3cret@a.example?tls=true&TLS=true', /tls twice/],
  ['esdb://ada:s3cret@a.example?tls=yes', /tls: expected true or false/],
  ['esdb://ada:s3cret@a.example?tlsCAFile=', /tlsCAFile: expected a value/],
  ['esdb://ada:s3cret@a.example?nodePreference=nearest', /nodePreference: expected leader/],
  ['esdb://ada:s3cret@a.example?keepAliveInterval=-1', /keepAliveInterval: .* from 10000/],
  ['esdb://ada:s3cret@a.example?keepAliveInterval=0', /keepAliveInterval: .* from 10000/],
  ['esdb://ada:s3cret@a.example?keepAliveTimeout=-1', /keepAliveTimeout: .* from 1000/],
  ['esdb://ada:s3cret@a.example?defaultDeadline=soon', /defaultDeadline: expected whole millisec/],
  ['esdb://ada:s3cret@a.example?gossipTimeout=5000', /gossipTimeout: expected whole seconds/],
  ['esdb://ada:s3cret@a.example?maxDiscoverAttempts=1e3', /maxDiscoverAttempts: expected whole/],
  ['esdb://ada:s3cret@a.example?discoveryInterval=1.5', /discoveryInterval: expected whole/],
];

describe('an EventStoreDB connection string', () => {
  it.each(accepted)('is accepted: %s', (text, hosts) => {
    expect(parseConnectionString(text).hosts).toBe(hosts);
  });

  it('names a node, the seeds of a cluster, or a DNS name', () => {
    const { nodes, isDnsName } = parseConnectionString('esdb://a,b:1?tls=false');
    expect(nodes).toEqual([
      { address: 'a', port: 2113 },
      { address: 'b', port: 1 },
    ]);
    expect(isDnsName).toBe(false);
    expect(parseConnectionString('esdb+discover://a?tls=false').isDnsName).toBe(true);
  });

  it('gives what is percent-encoded as it is', () => {
    const text = 'esdb://ada%40x:s%3Acret@a?tlsCAFile=%2Fa%20b%3D.pem';
    const { credentials, options } = parseConnectionString(text);
    expect(credentials).toEqual({ username: 'ada@x', password: 's:cret' });
    expect(options.tlsCAFile).toBe('/a b=.pem');
    expect(parseConnectionString('esdb://a?tls=false').credentials).toBeUndefined();
  });

  it('gives every option by its name in any spelling', () => {
    const text =
      'esdb://ada:s3cret@a?TLS=true&tls-ca-file=/c&connectionName=x&NODE_PREFERENCE=readOnlyReplica&maxdiscoverattempts=3' +
      '&discoveryInterval=50&gossipTimeout=1&defaultDeadline=3000&keepAliveInterval=10000&keepAliveTimeout=5000';
    expect(parseConnectionString(text).options).toEqual({
      tls: true,
      tlsVerifyCert: true,
      throwOnAppendFailure: true,
      tlsCAFile: '/c',
      connectionName: 'x',
      nodePreference: 'read_only_replica',
      maxDiscoverAttempts: 3,
      discoveryInterval: 50,
      gossipTimeout: 1,
      defaultDeadline: 3_000,
      keepAliveInterval: 10_000,
      keepAliveTimeout: 5_000,
    });
  });

  it.each(refused)('is refused with one line that keeps the password: %s', (text, why) => {
    const refusal = refusalOf(text);
    expect(refusal).toMatchObject({ code: 'invalid', message: expect.stringMatching(why) });
    expect(String(refusal)).not.toMatch(/s3|cret|\n/);
  });

  it('is accepted, or refused as invalid in one line, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), almostAConnectionString), (text) => {
        const refusal = refusalOf(text);
        if (refusal === undefined) return;
        expect(refusal).toBeInstanceOf(EventStoreError);
        expect(refusal).toMatchObject({
          code: 'invalid',
          message: expect.not.stringContaining('\n'),
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('never gives away a password, wherever its characters lead', () => {
    fc.assert(
      fc.property(
        password,
        fc.constantFrom('', '?tls=false', '?x=1', ':x', ',', '/?tls'),
        (secret, rest) => {
          const refusal = refusalOf(`esdb://ada:${secret}@a.example${rest}`);
          for (const part of secret.split(/[^QXZ]+/).filter((each) => each.length > 2)) {
            expect(String(refusal)).not.toContain(part);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

/** Of letters that no message holds, between what means something in a connection string. */
const password = fc
  .array(
    fc.oneof(
      fc.constantFrom('QXZ', 'ZZXQ', 'XQX'),
      fc.constantFrom(...'@ / ? % & = : , # [ ] \n'.split(' ')),
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''));

const almostAConnectionString = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'esdb://',
        'esdb+discover://',
        'ada:pw@',
        'a.example',
        ':2113',
        '?',
        '&',
        '=',
      ),
      fc.constantFrom('tls=false', 'tls', 'nodePreference=', 'keepAliveInterval=', '__proto__=x'),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

function refusalOf(text: string): unknown {
  try {
    parseConnectionString(text);
    return undefined;
  } catch (error) {
    return error;
  }
}
