import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generate } from 'selfsigned';
import { readCertificates } from './certificate-files.js';
import { parseConnectionString } from './connection-string.js';

describe('the certificates that a connection string names', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-certificates-'));
    const [ada, bob] = await Promise.all([pair('ada'), pair('bob')]);
    await writeFile(file('ada.pem'), ada.cert);
    await writeFile(file('ada.key'), ada.private);
    await writeFile(file('bob.key'), bob.private);
    await writeFile(file('ada.der'), new X509Certificate(ada.cert).raw);
    await writeFile(file('locked.key'), (await pair('ada', 'passphrase')).private);
    await writeFile(file('empty.pem'), '');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = (query: string) =>
    readCertificates(parseConnectionString(`esdb://ada:s3cret@a?${query}`).options);

  it('are read once, as they are', () => {
    const query = `tlsCAFile=${file('ada.pem')}&userCertFile=${file('ada.pem')}&userKeyFile=${file('ada.key')}`;
    const { authority, user } = read(query);
    expect(authority?.toString()).toContain('BEGIN CERTIFICATE');
    expect(user?.certificate).toEqual(authority);
    expect(user?.key.toString()).toContain('PRIVATE KEY');
    expect(read('tls=true')).toEqual({});
  });

  it.each([
    ['tlsCAFile=FOLDER/nowhere.pem', /tlsCAFile: there is no file .*nowhere\.pem/],
    ['tlsCAFile=FOLDER', /tlsCAFile: .* cannot be read \(EISDIR\)/],
    ['tlsCAFile=FOLDER/empty.pem', /tlsCAFile: .* is not in PEM/],
    ['tlsCAFile=FOLDER/ada.der', /tlsCAFile: .* is not in PEM/],
    ['tlsCAFile=FOLDER/ada.key', /tlsCAFile: .* holds no certificate/],
    ['userCertFile=FOLDER/no.pem&userKeyFile=FOLDER/ada.key', /userCertFile: there is no file/],
    ['userCertFile=FOLDER/ada.pem&userKeyFile=FOLDER/no.key', /userKeyFile: there is no file/],
    ['userCertFile=FOLDER/ada.pem&userKeyFile=FOLDER/ada.pem', /userKeyFile: .* no private key/],
    ['userCertFile=FOLDER/ada.pem&userKeyFile=FOLDER/locked.key', /without a passphrase/],
    ['userCertFile=FOLDER/ada.pem&userKeyFile=FOLDER/bob.key', /is not the key of/],
  ])('are refused with their option and one line: %s', (query, why) => {
    const refused = () => read(query.replaceAll('FOLDER', folder));
    expect(refused).toThrow(why);
    expect(refused).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(refused).not.toThrow(/s3cret|\n/);
  });
});

const pair = (name: string, passphrase?: string) =>
  generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keyType: 'ec',
    ...(passphrase !== undefined && { passphrase }),
  });
