import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newStream, sampleEvents } from '../contract/sample-log.contract.js';
import { NO_STREAM } from '../event-store.js';
import { openSqliteEventStore } from './sqlite-event-store.js';

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
    await refuses('has schema 99; this version of Docket reads schema 1');
    change('PRAGMA user_version = 1');
    await (await openSqliteEventStore(file)).close();
  });

  it('is refused when the database is another program’s', async () => {
    change('CREATE TABLE notes (text TEXT)');
    await refuses('is not an event log of Docket');
  });

  it('is refused when the file is no database', async () => {
    await writeFile(file, 'not a database '.repeat(100));
    await refuses('file is not a database');
  });

  it('is refused when the directory does not exist', async () => {
    file = join(folder, 'missing', 'events.db');
    await refuses('unable to open database file');
  });

  it.each([
    ['an event is missing', 'DELETE FROM events WHERE position = 4'],
    ['the stream of an event is missing', 'DELETE FROM streams WHERE id = 1'],
    ['the positions of events have a gap', 'UPDATE events SET position = 99 WHERE position = 5'],
  ])('is refused when %s', async (_, damage) => {
    await holdEvents(5);
    change(damage);
    await refuses('is damaged');
  });

  it('is refused when pages of the file were overwritten', async () => {
    await holdEvents(200);
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(4096 * 4, 0xa5), 0, 4096 * 4, 4096 * 6);
    await handle.close();
    await refuses('is damaged|malformed');
  });

  async function holdEvents(count: number): Promise<void> {
    const store = await openSqliteEventStore(file);
    await store.append(newStream(), NO_STREAM, sampleEvents(count));
    await store.close();
  }

  /** What another program did to the file. */
  function change(sql: string): void {
    const db = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    db.exec(sql);
    db.close();
  }

  const refuses = (why: string) =>
    expect(openSqliteEventStore(file)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(why),
    });
});
