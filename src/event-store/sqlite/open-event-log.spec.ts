import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newStream, sampleEvents } from '../contract/sample-log.contract.js';
import { NO_STREAM } from '../event-store.js';
import { openSqliteEventStore } from './sqlite-event-store.js';

/** The tables as the first version of Docket made them, with one stream. */
const SCHEMA_1 = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    version INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (stream, version)
  ) STRICT;
  PRAGMA application_id = 0x44636b74;
  PRAGMA user_version = 1;
  INSERT INTO streams (name) VALUES ('old');
`;

describe('opening the SQLite store', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-open-'));
    file = join(folder, 'events.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('begins with an empty log', async () => {
    const store = await openSqliteEventStore(file);
    expect(await store.head()).toBeNull();
    expect(await store.readAll(null, 10)).toEqual([]);
    await expect(store.readAll(0n, 10)).rejects.toMatchObject({ code: 'position-unknown' });
    await store.close();
  });

  it('is refused while another store has the file', async () => {
    const store = await openSqliteEventStore(file);
    await refuses('is in use by another process');
    await store.append(newStream(), NO_STREAM, sampleEvents(1));
    await store.close();
    await (await openSqliteEventStore(file)).close();
  });

  it('is refused when the schema is newer, and leaves the file as it is', async () => {
    await holdEvents(1);
    change('PRAGMA user_version = 99');
    await refuses('has schema 99; this version of Docket reads schema 2');
    change('PRAGMA user_version = 2');
    await (await openSqliteEventStore(file)).close();
  });

  it('gives a log of schema 1 its checksums, once', async () => {
    const events = holdOldEvents(300);
    const store = await openSqliteEventStore(file);
    expect(await store.readStream('old')).toMatchObject(events);
    await store.append('old', events.length - 1, sampleEvents(1));
    await store.close();
    change('UPDATE events SET checksum = checksum + 1 WHERE position = 7');
    await refuses('the event at position 7 is not what was written', 'damaged');
  });

  it('makes no checksums of a log of schema 1 whose pages are damaged', async () => {
    holdOldEvents(300);
    await overwritePages(indexPage() - 1, 1);
    await refuses('is damaged', 'damaged');
    const db = new DatabaseSync(file);
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
    db.close();
  });

  it('is refused when the database is another program’s', async () => {
    change('CREATE TABLE notes (text TEXT)');
    await refuses('is not an event log of Docket');
  });

  it('is refused when the file is no database', async () => {
    await writeFile(file, 'not a database '.repeat(100));
    await refuses('file is not a database', 'damaged');
  });

  it('is refused when its lock is no file of ours, with nothing said against the log', async () => {
    await writeFile(
      `${file}-lock`,
      'something else that is long enough to be looked at'.repeat(100),
    );
    await expect(openSqliteEventStore(file)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/events\.db-lock is not .* remove it/),
    });
  });

  it('is refused when the directory does not exist', async () => {
    file = join(folder, 'missing', 'events.db');
    await refuses('unable to open database file');
  });

  it.each([
    [
      'an event is missing',
      'DELETE FROM events WHERE position = 4',
      'there is no event at position 4',
    ],
    [
      'the stream of an event is missing',
      'DELETE FROM streams WHERE id = 1',
      'the event at position 1 is not what was written',
    ],
    [
      'the positions of events have a gap',
      'UPDATE events SET position = 99 WHERE position = 5',
      'there is no event at position 5',
    ],
    [
      'a word of an event was changed',
      `UPDATE events SET data = replace(data, '"', '''') WHERE position = 3`,
      'the event at position 3 is not what was written',
    ],
    [
      'two events changed places',
      `UPDATE events SET version = 9 WHERE position = 2; UPDATE events SET version = 1 WHERE position = 3;
       UPDATE events SET version = 2 WHERE position = 2`,
      'the event at position 2 is not what was written',
    ],
    [
      'an event belongs to another stream',
      `INSERT INTO streams (name) VALUES ('other'); UPDATE events SET stream = 2 WHERE position = 5`,
      'the event at position 5 is not what was written',
    ],
  ])('is refused when %s', async (_, damage, place) => {
    await holdEvents(5);
    change(damage);
    await refuses(`events.db is damaged: ${place}`, 'damaged');
  });

  it('is refused when pages of the file were overwritten', async () => {
    await holdEvents(200);
    await overwritePages(6, 4);
    await refuses('is damaged: .*(page|malformed)', 'damaged');
  });

  async function holdEvents(count: number): Promise<void> {
    const store = await openSqliteEventStore(file);
    await store.append(newStream(), NO_STREAM, sampleEvents(count));
    await store.close();
  }

  function holdOldEvents(count: number) {
    const events = sampleEvents(count);
    const db = new DatabaseSync(file);
    db.exec(SCHEMA_1);
    const insert = db.prepare('INSERT INTO events VALUES (?, 1, ?, ?, ?, ?, ?)');
    db.exec('BEGIN');
    for (const [at, { id, type, data, metadata }] of events.entries()) {
      insert.run(at + 1, at, id, type, data, metadata);
    }
    db.exec('COMMIT');
    db.close();
    return events;
  }

  /** A page that nobody reads who reads all events one after the other. */
  function indexPage(): number {
    const db = new DatabaseSync(file);
    const page = db
      .prepare(
        `SELECT pageno FROM dbstat WHERE name = 'sqlite_autoindex_events_1' AND pagetype = 'leaf'`,
      )
      .get()?.['pageno'];
    db.close();
    return Number(page);
  }

  async function overwritePages(from: number, count: number): Promise<void> {
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(4096 * count, 0xa5), 0, 4096 * count, 4096 * from);
    await handle.close();
  }

  /** What another program did to the file. */
  function change(sql: string): void {
    const db = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    db.exec(sql);
    db.close();
  }

  const refuses = (why: string, code = 'unavailable') =>
    expect(openSqliteEventStore(file)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(why),
    });
});
