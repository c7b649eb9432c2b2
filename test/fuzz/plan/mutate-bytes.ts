import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** Bytes that are no UTF-8, or none that belong into JSON. */
const ODD_BYTES = [
  '\xff',
  '\xc0\x80',
  '\xed\xa0\x80',
  '\xf4\x90\x80\x80',
  '\xe2\x82',
  '\0',
  '\xef\xbb\xbf',
  '\x1b[2J',
  '\r\n',
  ',',
  '}',
  '"',
  '\\',
  '//',
  'e999',
];

type Change = (bytes: string, at: number) => string;

const insertion: fc.Arbitrary<Change> = fc
  .constantFrom(...ODD_BYTES)
  .map((odd) => (bytes, at) => bytes.slice(0, at) + odd + bytes.slice(at));

const CHANGES: readonly Change[] = [
  (bytes, at) => bytes.slice(0, at),
  (bytes, at) => bytes.slice(at),
  (bytes, at) => bytes.slice(0, at) + bytes.slice(at + 1),
  (bytes, at) => bytes.slice(0, at) + bytes.slice(Math.floor(at / 2)),
  (bytes, at) =>
    bytes.slice(0, at) +
    String.fromCharCode((bytes.charCodeAt(at) || 0) ^ 0x80) +
    bytes.slice(at + 1),
  (bytes) => `${bytes}\n${bytes}`,
  (bytes) => `\xef\xbb\xbf${bytes}`,
  (bytes) => Buffer.from(bytes, 'utf16le').toString('latin1'),
  (bytes) => gzipSync(Buffer.from(bytes, 'latin1')).toString('latin1'),
  (bytes) => `[${bytes}]`,
  (bytes) => JSON.stringify(bytes),
  (bytes) => `${bytes}${' '.repeat(10_000)}`,
  (bytes) => bytes + ' '.repeat(1_048_577),
  () => '',
];

/** Changes bytes, one a character, somewhere. */
export const byteChange: fc.Arbitrary<(bytes: string) => string> = fc
  .tuple(fc.oneof(insertion, fc.constantFrom(...CHANGES)), fc.nat(1_000_000))
  .map(
    ([change, at]) =>
      (bytes) =>
        change(bytes, at % (bytes.length + 1)),
  );
