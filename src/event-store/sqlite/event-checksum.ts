import { crc32 } from 'node:zlib';

/** What an event's row says, and where it stands in its stream; its position is checked by counting. */
export interface ChecksummedEvent {
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/**
 * CRC-32 over the UTF-8 form of the whole event, written with it: SQLite itself does not notice a changed byte inside a
 * text. It finds accidents; who writes to the file on purpose can write this too.
 */
export const checksumOf = ({ stream, version, id, type, data, metadata }: ChecksummedEvent) =>
  crc32(`${stream}\n${version}\n${id}\n${type}\n${data}\n${metadata}`);
