import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EventStoreError } from '../event-store.errors.js';
import type { ConnectionOptions } from './connection-options.js';

/** The files that a connection string names, in PEM. */
export interface Certificates {
  /** Who signed the certificates of the servers. */
  readonly authority?: Buffer;
  /** Whom this client is for the server. */
  readonly user?: { readonly certificate: Buffer; readonly key: Buffer };
}

/**
 * Reads the files once, so that a client made later, in trouble, needs no disk; throws `invalid` with the option whose
 * file is missing, unreadable or not what it should be.
 */
export function readCertificates(options: ConnectionOptions): Certificates {
  const { tlsCAFile, userCertFile, userKeyFile } = options;
  return {
    ...(tlsCAFile !== undefined && { authority: readCertificate('tlsCAFile', tlsCAFile) }),
    ...(userCertFile !== undefined &&
      userKeyFile !== undefined && { user: readUser(userCertFile, userKeyFile) }),
  };
}

function readUser(certFile: string, keyFile: string): NonNullable<Certificates['user']> {
  const certificate = readCertificate('userCertFile', certFile);
  const key = readPem('userKeyFile', keyFile);
  const privateKey = parsed(
    () => createPrivateKey(key),
    'userKeyFile',
    keyFile,
    'a private key in PEM without a passphrase',
  );
  if (!new X509Certificate(certificate).checkPrivateKey(privateKey)) {
    throw refused('userKeyFile', `${keyFile} is not the key of the certificate in userCertFile`);
  }
  return { certificate, key };
}

function readCertificate(option: string, file: string): Buffer {
  const pem = readPem(option, file);
  parsed(() => new X509Certificate(pem), option, file, 'a certificate in PEM');
  return pem;
}

function parsed<T>(parse: () => T, option: string, file: string, what: string): T {
  try {
    return parse();
  } catch {
    throw refused(option, `${file} holds no ${what.replace(/^a /, '')}`);
  }
}

function readPem(option: string, file: string): Buffer {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (error) {
    throw refused(option, whyUnreadable(file, error));
  }
  // A certificate may also come in binary, and the client takes only PEM.
  if (!content.includes('-----BEGIN ')) throw refused(option, `${file} is not in PEM`);
  return content;
}

function whyUnreadable(file: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read (${code})`;
}

const refused = (option: string, why: string): EventStoreError =>
  new EventStoreError(
    'invalid',
    `The EventStoreDB connection string cannot be used: ${option}: ${why}.`,
  );
