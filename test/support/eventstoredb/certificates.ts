import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

const KEY = { keyType: 'ec', algorithm: 'sha256' } as const;

/** A certificate authority of its own and a server that it vouches for, as PEM files in a folder of their own. */
export interface Certificates {
  /** The authority's certificate: what `tlsCAFile` of a connection string names. */
  readonly authorityFile: string;
  readonly authority: string;
  /** The certificate of a server on `localhost` and `127.0.0.1`. */
  readonly certificate: string;
  readonly privateKey: string;
  remove(): Promise<void>;
}

export async function makeCertificates(): Promise<Certificates> {
  const authority = await generate([{ name: 'commonName', value: 'Scripted authority' }], {
    ...KEY,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...KEY,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'scripted-eventstoredb-'));
  const authorityFile = join(folder, 'ca.crt');
  await writeFile(authorityFile, authority.cert);
  return {
    authorityFile,
    authority: authority.cert,
    certificate: server.cert,
    privateKey: server.private,
    remove: () => rm(folder, { recursive: true }),
  };
}
