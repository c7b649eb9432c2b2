import { mkdtemp, rm, readFile, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endsInsideTransaction } from './wal-tail.js';

describe('The tail of a write-ahead log', () => {
  let folder: string;
  let db: DatabaseSync;
  let wal: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-wal-'));
    db = new DatabaseSync(join(folder, 'a.db'));
    wal = join(folder, 'a.db-wal');
    db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (text TEXT) STRICT;');
    db.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(50_000));
  });
  afterEach(async () => {
    db.close();
    await rm(folder, { recursive: true });
  });

  it('is whole behind a commit', async () => {
    expect(await endsInsideTransaction(wal)).toBe(false);
  });

  it('is inside a transaction that was cut off, between its pages or in the middle of one', async () => {
    const { length } = await readFile(wal);
    for (const cut of [4_120, 1_000]) {
      await truncate(wal, length - cut);
      expect(await endsInsideTransaction(wal)).toBe(true);
    }
  });

  it('is whole where there is none', async () => {
    expect(await endsInsideTransaction(join(folder, 'none'))).toBe(false);
  });
});
