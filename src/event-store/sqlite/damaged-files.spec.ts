import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newStream, readLog, sampleEvent } from '../contract/sample-log.contract.js';
import { sha256 } from '../../governed-request/content-digest.js';
import { NO_STREAM, type StoredEvent } from '../event-store.js';
import { EventStoreError } from '../event-store.errors.js';
import { EventReader } from './event-reader.js';
import { EventWriter } from './event-writer.js';
import { countCommits } from './logged-commits.js';
import { openEventLog } from './open-event-log.js';
import { openSqliteEventStore } from './sqlite-event-store.js';

const FILE = 'events.db';
const LOG = 'events.db-wal';
/** Bytes of its header, and of a frame with a page. */
const WAL_HEADER = 32;
const WAL_FRAME = 24 + 4_096;
const COMMITS = 40;
const STREAMS = 8;

/** What a crash left, and what had been recorded by then. */
interface Left {
  readonly folder: string;
  /** A line an event. */
  readonly events: readonly string[];
  /** Positions at which a commit ended, from the one before any on. */
  readonly ends: readonly number[];
  /** Position up to which events stand in the file itself. */
  readonly moved: number;
}

let home: string;
/** Everything is in the write-ahead log; a part is; nothing is. */
let lefts: readonly Left[];

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'docket-damaged-'));
  lefts = [null, COMMITS / 2, COMMITS].map(leave);
});
afterAll(() => rmSync(home, { recursive: true }));

/** Writes commits, moves what there is into the file behind one of them, and copies all as a crash would leave it. */
function leave(movedBehind: number | null, index: number): Left {
  const file = join(home, `${index}.db`);
  const db = openEventLog(file);
  const writer = new EventWriter(db, file);
  const ends = [0];
  const heads = Array.from({ length: STREAMS }, () => ({
    stream: newStream(),
    version: NO_STREAM,
  }));
  for (let commit = 1; commit <= COMMITS; commit += 1) {
    const head = heads[commit % STREAMS]!;
    const events = Array.from({ length: 1 + (commit % 3) }, () =>
      sampleEvent({ data: JSON.stringify('ä'.repeat(commit * 97)) }),
    );
    writer.write([{ stream: head.stream, expectedVersion: head.version, events }]);
    head.version += events.length;
    ends.push(ends.at(-1)! + events.length);
    if (commit === movedBehind) db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }
  const events = new EventReader(db).readAll(null, 1_000).map(lineOf);
  const folder = mkdtempSync(join(home, 'left-'));
  cpSync(file, join(folder, FILE));
  cpSync(`${file}-wal`, join(folder, LOG));
  db.close();
  return { folder, events, ends, moved: ends[movedBehind ?? 0]! };
}

/** All that an event says, short enough for a failing test to show. */
const lineOf = ({ position, stream, version, id, type, data, metadata }: StoredEvent): string =>
  `${position} ${version} ${sha256([stream, id, type, data, metadata].join())}`;

/** What is served of the files once something happened to them; null: nothing. */
async function servedOf({ folder }: Left, happens: (folder: string) => void) {
  const copy = mkdtempSync(join(home, 'copy-'));
  cpSync(folder, copy, { recursive: true });
  happens(copy);
  try {
    const store = await openSqliteEventStore(join(copy, FILE));
    try {
      const log = await readLog(store, null);
      const streams = new Set(log.map(({ stream }) => stream));
      for (const stream of streams) {
        const events = log.filter((event) => event.stream === stream);
        expect(await store.readStream(stream)).toEqual(events);
      }
      return log.map(lineOf);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof EventStoreError)) throw error;
    return null;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

const anyLeft = fc.constantFrom(0, 1, 2);
/** A place in a file, as a share of its length. */
const anyPlace = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const placeIn = (bytes: Buffer, share: number): number => Math.floor(share * bytes.length);

function changeBits(file: string, share: number, mask: number): void {
  const bytes = readFileSync(file);
  if (bytes.length === 0) return;
  const at = placeIn(bytes, share);
  bytes[at]! ^= mask;
  writeFileSync(file, bytes);
}

const cutOff = (file: string, share: number): void =>
  truncateSync(file, placeIn(readFileSync(file), share));

/** What was recorded, up to the end of a commit, and what had been moved into the file in any case. */
function expectPrefix(served: readonly string[], { events, ends, moved }: Left): void {
  expect(served).toEqual(events.slice(0, served.length));
  expect(ends).toContain(served.length);
  expect(served.length).toBeGreaterThanOrEqual(moved);
}

describe('a log whose files were damaged', () => {
  it('holds everything when nothing happened to them', async () => {
    for (const left of lefts) {
      expect(await servedOf(left, () => {})).toEqual(left.events);
      const { lost, readable } = countCommits(join(left.folder, LOG));
      expect([lost, readable]).toEqual([0, left.ends.length - 1 - left.ends.indexOf(left.moved)]);
    }
  });

  it('is served up to some commit when its write-ahead log ends anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(anyLeft, anyPlace, async (which, share) => {
        const left = lefts[which]!;
        const served = await servedOf(left, (folder) => cutOff(join(folder, LOG), share));
        expectPrefix(served ?? ['It was refused.'], left);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['its file is empty', (folder: string) => truncateSync(join(folder, FILE), 0)],
    ['its file is gone', (folder: string) => rmSync(join(folder, FILE))],
  ])('is refused when %s, and its write-ahead log is kept', async (_, happens) => {
    const left = lefts[0]!;
    expect(
      await servedOf(left, (folder) => {
        happens(folder);
        const before = readFileSync(join(folder, LOG));
        expect(() => openEventLog(join(folder, FILE))).toThrow('events.db is damaged: the file is');
        expect(readFileSync(join(folder, LOG)).equals(before)).toBe(true);
      }),
    ).toBeNull();
  });

  it('is refused, or served as it was, when its file ends anywhere', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(anyLeft, anyPlace, async (which, share) => {
        const left = lefts[which]!;
        const served = await servedOf(left, (folder) => cutOff(join(folder, FILE), share));
        refused += Number(served === null);
        expect(served ?? left.events).toEqual(left.events);
      }),
      { numRuns: 40 },
    );
    expect(refused).toBeGreaterThan(10);
  });

  it('is refused, or served as it was, when any bits of its file change', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 255 }), anyPlace, async (mask, share) => {
        const left = lefts[2]!;
        const served = await servedOf(left, (folder) =>
          changeBits(join(folder, FILE), share, mask),
        );
        refused += Number(served === null);
        expect(served ?? left.events).toEqual(left.events);
      }),
      { numRuns: 100 },
    );
    expect(refused).toBeGreaterThan(40);
  });

  it('is refused as soon as two commits cannot be read, and lacks the last one where only that is torn', async () => {
    for (const left of lefts.slice(0, 2)) {
      const frames = (statSync(join(left.folder, LOG)).size - WAL_HEADER) / WAL_FRAME;
      const lacking = new Set<number | null>();
      for (let frame = frames - 24; frame < frames; frame += 1) {
        const at = (WAL_HEADER + frame * WAL_FRAME + 100) / (WAL_HEADER + frames * WAL_FRAME);
        const served = await servedOf(left, (folder) => changeBits(join(folder, LOG), at, 1));
        lacking.add(served && left.ends.length - 1 - left.ends.indexOf(served.length));
      }
      // Refused, or one commit fewer: never two.
      expect(lacking).toEqual(new Set([null, 1]));
    }
  });

  it('is refused, or lacks the last commit alone, when any bits of its write-ahead log change', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 1), anyPlace, async (which, share) => {
        const left = lefts[which]!;
        const served = await servedOf(left, (folder) => changeBits(join(folder, LOG), share, 1));
        refused += Number(served === null);
        const kept = served ?? left.events;
        expectPrefix(kept, left);
        expect(kept.length).toBeGreaterThanOrEqual(left.ends.at(-2)!);
      }),
      { numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(30);
  });
});
