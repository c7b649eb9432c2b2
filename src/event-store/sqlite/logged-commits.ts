import { closeSync, openSync, readSync } from 'node:fs';

/** Layout of SQLite's write-ahead log (sqlite.org/fileformat2.html, 4): a header, then frames of a header and a page. */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

const LITTLE_ENDIAN_MAGIC = 0x377f0682;
const BIG_ENDIAN_MAGIC = 0x377f0683;
/** Page sizes are powers of two, and 4 KiB in the logs that Docket makes. */
const PAGE_SIZES: readonly number[] = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536];

/** The checksum of everything up to some place. */
type Sums = readonly [number, number];

/** What a write-ahead log holds. */
interface LoggedCommits {
  /** Commits that SQLite reads. */
  readonly readable: number;
  /** Commits that it would leave out, because something before them cannot be read. */
  readonly lost: number;
  /** Frames that can be read, from the first one on. */
  readonly frames: number;
}

/** Counts the commits of a write-ahead log; there are none in a file that does not exist. */
export function countCommits(file: string): LoggedCommits {
  const handle = openIfThere(file);
  const count = { readable: 0, lost: 0, frames: 0 };
  if (handle === null) return count;
  try {
    const frames = new Frames(handle);
    for (let frame = frames.next(); frame !== null; frame = frames.next()) {
      if (frame.isReadable) count.frames += 1;
      if (frame.isCommit) count[frame.isReadable ? 'readable' : 'lost'] += 1;
    }
    return count;
  } finally {
    closeSync(handle);
  }
}

interface Frame {
  /** Whether SQLite reads it: it and everything before it is as it was written. */
  readonly isReadable: boolean;
  /** Whether it was written by this round of the log as the last one of a commit. */
  readonly isCommit: boolean;
}

/** Goes through the frames of one file, oldest first. */
class Frames {
  readonly #frame: Buffer;
  readonly #isBigEndian: boolean;
  #sums: Sums | null;
  /** Two random numbers that all frames of one round have. */
  #salts: Buffer | null;
  #offset = HEADER_BYTES;

  constructor(private readonly handle: number) {
    const header = Buffer.alloc(HEADER_BYTES);
    const isWhole = readSync(handle, header, 0, HEADER_BYTES, 0) === HEADER_BYTES;
    this.#isBigEndian = header.readUInt32BE(0) === BIG_ENDIAN_MAGIC;
    const sums = this.#sum([0, 0], header.subarray(0, 24));
    const isReadable = isWhole && isKnown(header) && hasSums(header, 24, sums);
    this.#sums = isReadable ? sums : null;
    this.#salts = isReadable ? header.subarray(16, 24) : null;
    const pageSize = header.readUInt32BE(8);
    this.#frame = Buffer.alloc(
      FRAME_HEADER_BYTES + (PAGE_SIZES.includes(pageSize) ? pageSize : 4096),
    );
  }

  next(): Frame | null {
    const { length } = this.#frame;
    if (readSync(this.handle, this.#frame, 0, length, this.#offset) < length) return null;
    this.#offset += length;
    const salts = this.#frame.subarray(8, 16);
    this.#salts ??= Buffer.from(salts);
    const isOfRound = this.#salts.equals(salts);
    this.#sums = isOfRound && this.#sums ? this.#sumsBehind(this.#sums) : null;
    return {
      isReadable: this.#sums !== null,
      isCommit: isOfRound && this.#frame.readUInt32BE(4) > 0,
    };
  }

  #sumsBehind(before: Sums): Sums | null {
    const frame = this.#frame;
    const sums = this.#sum(
      this.#sum(before, frame.subarray(0, 8)),
      frame.subarray(FRAME_HEADER_BYTES),
    );
    return hasSums(frame, 16, sums) ? sums : null;
  }

  #word(bytes: Buffer, at: number): number {
    return this.#isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  }

  #sum([first, second]: Sums, bytes: Buffer): Sums {
    for (let at = 0; at < bytes.length; at += 8) {
      first = (first + this.#word(bytes, at) + second) >>> 0;
      second = (second + this.#word(bytes, at + 4) + first) >>> 0;
    }
    return [first, second];
  }
}

const isKnown = (header: Buffer): boolean =>
  [LITTLE_ENDIAN_MAGIC, BIG_ENDIAN_MAGIC].includes(header.readUInt32BE(0));

const hasSums = (bytes: Buffer, at: number, [first, second]: Sums): boolean =>
  bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;

function openIfThere(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
