import type { DatabaseSync } from 'node:sqlite';

/** Every commit is on the disk before it is answered; 4,000 pages of 4 KiB at a time move out of the write-ahead log. */
export function setUpWriting(db: DatabaseSync): void {
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cell_size_check = ON;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864;
  `);
}

/** Only for looking: another thread of this process writes. */
export function setUpReading(db: DatabaseSync): void {
  db.exec(`
    PRAGMA query_only = ON;
    PRAGMA cell_size_check = ON;
  `);
}
