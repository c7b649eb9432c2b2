import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { setUpReading, setUpWriting } from './connection-settings.js';

/** `PRAGMA synchronous`: every commit waits until the disk has it. */
const FULL = 2;

it('A connection that writes the log has each commit on the disk before it is done, and one that reads writes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'docket-settings-'));
  const db = new DatabaseSync(join(folder, 'events.db'));
  setUpWriting(db);
  const settings = ['synchronous', 'journal_mode'].map((name) =>
    db.prepare(`PRAGMA ${name}`).get(),
  );
  expect(settings).toEqual([{ synchronous: FULL }, { journal_mode: 'wal' }]);
  setUpReading(db);
  expect(() => db.exec('CREATE TABLE other (id INTEGER)')).toThrow('readonly');
  db.close();
  await rm(folder, { recursive: true });
});
