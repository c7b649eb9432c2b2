import { readFileSync, writeFileSync } from 'node:fs';
import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newStream, sampleEvents } from '../contract/sample-log.contract.js';
import { NO_STREAM, type EventStore } from '../event-store.js';
import type { EventStoreProbe } from '../event-store-probe.js';
import { until } from '../../../test/support/docket/until.js';
import { openSqliteEventStore, type LogChange } from './sqlite-event-store.js';

const STREAMS = 12;
const EVENTS_EACH = 1_000;

const LAST_LEAF = `SELECT pageno AS page FROM dbstat
  WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path DESC LIMIT 1`;

describe('a log too large to be checked before it is served', () => {
  let home: string;
  let folder: string;
  let file: string;
  let changes: LogChange[];
  let store: (EventStore & EventStoreProbe) | undefined;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'docket-large-'));
    const filled = await openSqliteEventStore(join(home, 'events.db'));
    for (let count = 0; count < STREAMS; count += 1) {
      await filled.append(newStream(), NO_STREAM, sampleEvents(EVENTS_EACH));
    }
    await filled.close();
  });
  afterAll(() => rm(home, { recursive: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(home, 'copy-'));
    file = join(folder, 'events.db');
    await copyFile(join(home, 'events.db'), file);
    changes = [];
  });
  afterEach(async () => {
    await store?.close();
    store = undefined;
  });

  const serve = async () =>
    (store = await openSqliteEventStore(file, {
      checkedAtStart: 0,
      onChange: (one) => changes.push(one),
    }));

  function change(sql: string): void {
    const db = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    db.exec(sql);
    db.close();
  }

  /** Changes one byte of the entry that an index has for a stream, a version and a position. */
  function changeEntry(entry: readonly number[], at: number, to: number): void {
    const bytes = readFileSync(file);
    // Its header says: four bytes, then integers of one, two and two bytes.
    const found = bytes.indexOf(Buffer.from([4, 1, 2, 2, ...entry]));
    expect(found).toBeGreaterThan(0);
    bytes.writeUInt8(to, found + 4 + at);
    writeFileSync(file, bytes);
  }

  async function expectNothingServed(served: EventStore & EventStoreProbe, place: string) {
    const damaged = { code: 'damaged', message: expect.stringContaining(place) };
    const append = () => served.append(newStream(), NO_STREAM, sampleEvents(1));
    const follow = () =>
      served.subscribe(null, new AbortController().signal)[Symbol.asyncIterator]().next();
    const look = [
      () => served.head(),
      () => served.check(),
      () => served.readAll(null, 1),
      () => served.readStream('anything'),
      append,
      follow,
    ];
    for (const call of look) await expect(call()).rejects.toMatchObject(damaged);
    expect(changes).toMatchObject([{ state: 'damaged', error: damaged }]);
  }

  it.each([
    [
      'a text was changed',
      `UPDATE events SET metadata = replace(metadata, 'a', 'b') WHERE position = 1700`,
      'the event at position 1700 is not what was written',
    ],
    [
      'a stream got another name',
      `UPDATE streams SET name = 'other' WHERE id = 2`,
      'the event at position 1001 is not what was written',
    ],
  ])('answers nothing any more once it is found that %s', async (_, damage, place) => {
    change(damage);
    const served = await serve();
    expect(await served.head()).not.toBeNull();
    await until(() => changes.length > 0);
    await expectNothingServed(served, place);
  });

  it('answers nothing any more once a changed event is asked for', async () => {
    change(`UPDATE events SET type = 'Approved' WHERE position = 1995`);
    const served = await serve();
    await expect(served.readAll(1990n, 10)).rejects.toMatchObject({ code: 'damaged' });
    await expectNothingServed(served, 'the event at position 1995 is not what was written');
  });

  it('answers nothing any more once it is found that an index leads to another event', async () => {
    // Version 500 of stream 2, at position 1501, seems to be at 1502.
    changeEntry([2, 0x01, 0xf4, 0x05, 0xdd], 4, 0xde);
    const served = await serve();
    await until(() => changes.length > 0);
    await expectNothingServed(served, 'the event at position 1501 is not found');
  });

  it('is refused at once when an event is missing', async () => {
    change('DELETE FROM events WHERE position = 1500');
    await expect(serve()).rejects.toMatchObject({ code: 'damaged' });
  });

  it('is refused at once when its last event is lost to all but the index', async () => {
    const db = new DatabaseSync(file);
    const page = db.prepare(LAST_LEAF).get()?.['page'];
    db.close();
    const bytes = readFileSync(file);
    const count = (Number(page) - 1) * 4_096 + 3;
    bytes.writeUInt16BE(bytes.readUInt16BE(count) - 1, count);
    writeFileSync(file, bytes);
    await expect(serve()).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('its index has 12000 entries for 11999 events'),
    });
  });

  it('answers nothing any more once a page cannot be read', async () => {
    const page = pageOf(file, 1_900);
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(4_096, 0xa5), 0, 4_096, (page - 1) * 4_096);
    await handle.close();
    const served = await serve();
    await until(() => changes.length > 0);
    await expectNothingServed(served, 'cannot be read');
  });

  it('is refused at once when its latest events are damaged', async () => {
    change(`UPDATE events SET type = 'Approved' WHERE position = ${STREAMS * EVENTS_EACH}`);
    await expect(serve()).rejects.toMatchObject({ code: 'damaged' });
  });

  it('is served on when nothing is found, also what is appended meanwhile', async () => {
    const served = await serve();
    const stream = newStream();
    for (let version = NO_STREAM; version < 30; version += 1) {
      await served.append(stream, version, sampleEvents(1));
    }
    await served.close();
    await (await serve()).check();
    expect(changes).toEqual([]);
  });
});

/** The leaf page that holds the event at a position. */
function pageOf(file: string, position: number): number {
  const db = new DatabaseSync(file);
  const { page } =
    db
      .prepare(
        `SELECT pageno AS page FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET ?`,
      )
      .get(Math.floor(position / 40)) ?? {};
  db.close();
  return Number(page);
}
