import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { idsOf, newStream, sampleEvent, sampleEvents } from '../contract/sample-log.contract.js';
import { NO_STREAM, type NewEvent } from '../event-store.js';
import { AppendQueue } from './append-queue.js';
import { EventReader } from './event-reader.js';
import { EventWriter } from './event-writer.js';
import { openEventLog } from './open-event-log.js';

/** Makes the next COMMIT fail, as a disk may: a foreign key that is checked there does not hold. */
const FAIL_AT_COMMIT = `
  CREATE TEMP TABLE parents (id INTEGER PRIMARY KEY);
  CREATE TEMP TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
  CREATE TEMP TRIGGER fail_at_commit AFTER INSERT ON events
    BEGIN INSERT INTO children VALUES (new.position); END;
`;

describe('the writer of the SQLite log', () => {
  let folder: string;
  let db: DatabaseSync;
  let writer: EventWriter;
  let reader: EventReader;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-writer-'));
    const file = join(folder, 'events.db');
    db = openEventLog(file);
    writer = new EventWriter(db, file);
    reader = new EventReader(db);
  });
  afterEach(async () => {
    db.close();
    await rm(folder, { recursive: true });
  });

  it('writes the appends of one turn with one commit, in the order they came', async () => {
    const commits: number[] = [];
    let wakings = 0;
    const queue = new AppendQueue(
      async (batch) => {
        commits.push(batch.length);
        return writer.write(batch);
      },
      () => (wakings += 1),
    );
    const requests = Array.from({ length: 20 }, () => requestOf(sampleEvents(2)));
    const outcomes = await Promise.all(requests.map((request) => queue.add(request)));

    expect(commits).toEqual([20]);
    expect(wakings).toBe(1);
    const positions = outcomes.map(({ position }) => position);
    expect(positions).toEqual(requests.map((_, at) => BigInt(at * 2 + 2)));
    expect(idsOf(reader.readAll(null, 100))).toEqual(
      requests.flatMap(({ events }) => idsOf(events)),
    );
  });

  it('decides each append by what those before it in the commit leave', () => {
    const stream = newStream();
    const events = sampleEvents(2);
    const first = { stream, expectedVersion: NO_STREAM, events };
    const next = { stream, expectedVersion: 1, events: sampleEvents(1) };
    const stale = { ...first, events: sampleEvents(1) };

    expect(writer.write([first, stale, next, first, stale])).toEqual([
      { version: 1, position: 2 },
      { actualVersion: 1 },
      { version: 2, position: 3 },
      { version: 1, position: 2 },
      { actualVersion: 2 },
    ]);
    expect(reader.readStream(stream)).toHaveLength(3);
  });

  it('writes nothing of a commit when the disk is full, and goes on when it is not', () => {
    const stream = newStream();
    writer.write([{ stream, expectedVersion: NO_STREAM, events: sampleEvents(1) }]);
    const small = { stream, expectedVersion: 0, events: sampleEvents(1) };
    const large = requestOf([sampleEvent({ data: `"${'x'.repeat(500_000)}"` })]);
    db.exec('PRAGMA max_page_count = 20');

    expect(() => writer.write([small, large])).toThrow(
      expect.objectContaining({ code: 'unavailable', message: expect.stringMatching('full') }),
    );
    expect(reader.head()).toBe(1n);

    db.exec('PRAGMA max_page_count = 100000');
    expect(writer.write([small, large])).toEqual([
      { version: 1, position: 2 },
      { version: 0, position: 3 },
    ]);
  });

  it('says that the outcome is unknown when the commit itself fails, to every append in it', async () => {
    const queue = new AppendQueue(
      async (batch) => writer.write(batch),
      () => {},
    );
    const request = requestOf(sampleEvents(2));
    const conflict = { ...requestOf(sampleEvents(1)), expectedVersion: 7 };
    db.exec(FAIL_AT_COMMIT);

    const outcomes = await Promise.allSettled([queue.add(request), queue.add(conflict)]);
    const unknown = { status: 'rejected', reason: { code: 'outcome-unknown' } };
    expect(outcomes).toMatchObject([unknown, unknown]);

    db.exec('DROP TRIGGER fail_at_commit');
    expect(await queue.add(request)).toEqual({ version: 1, position: 2n });
    await queue.drained();
  });

  it('finds a stream again that was not written to for long', () => {
    const old = requestOf(sampleEvents(2));
    writer.write([old]);
    for (let round = 0; round < 3; round += 1) {
      writer.write(Array.from({ length: 10_000 }, () => requestOf(sampleEvents(1))));
    }
    const next = { stream: old.stream, expectedVersion: 1, events: sampleEvents(1) };
    expect(writer.write([next])).toEqual([{ version: 2, position: 30_003 }]);
  });

  it('reads no stream that lacks an event', () => {
    const request = requestOf(sampleEvents(5));
    writer.write([request]);
    db.exec('DELETE FROM events WHERE position = 3');
    expect(() => reader.readStream(request.stream)).toThrow(`${request.stream}@2 is missing`);
  });

  it('hands a subscriber of large events few of them at once', () => {
    const data = `"${'x'.repeat(1_000_000)}"`;
    const events = Array.from({ length: 12 }, () => sampleEvent({ data }));
    writer.write([requestOf(events)]);

    const batch = reader.readBatch(null);
    expect(batch.length).toBeLessThanOrEqual(5);
    expect(idsOf(batch)).toEqual(idsOf(events.slice(0, batch.length)));
    const [next] = reader.readBatch(batch.at(-1)?.position ?? null);
    expect(next?.id).toBe(events[batch.length]?.id);
    expect(reader.readAll(null, 12)).toHaveLength(12);
  });
});

const requestOf = (events: readonly NewEvent[]) => ({
  stream: newStream(),
  expectedVersion: NO_STREAM,
  events,
});
