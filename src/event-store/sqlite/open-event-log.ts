import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../event-store.errors.js';
import { addChecksums } from './add-checksums.js';
import { checkEventLog, checkPages } from './check-event-log.js';
import { checkFiles } from './check-files.js';
import { setUpWriting } from './connection-settings.js';
import { createEventLog } from './create-event-log.js';
import { toEventStoreError } from './sqlite-errors.js';

/** Marks the file as an event log of Docket: 'Dckt' in ASCII. */
const APPLICATION_ID = 0x44_63_6b_74;

/** Raised with every change of the tables below. */
const SCHEMA_VERSION = 2;

/** Rows are only ever added. Streams are numbered as they appear, so that indexes grow at their end and stay small. */
const SCHEMA = `
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    version INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    UNIQUE (stream, version)
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Opens or creates the log, which the caller has locked; throws `unavailable` when it is foreign or of a newer schema, and
 * `damaged`. A log of up to `checkedAtStart` bytes is checked as a whole.
 */
export function openEventLog(file: string, checkedAtStart?: number): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    checkFiles(file);
    createEventLog(file, SCHEMA);
    db = new DatabaseSync(file);
    setUpWriting(db);
    migrate(db, file);
    checkEventLog(db, checkedAtStart);
    return db;
  } catch (cause) {
    db?.close();
    throw toEventStoreError(cause, file);
  }
}

function migrate(db: DatabaseSync, file: string): void {
  const version = pragma(db, 'user_version');
  if (pragma(db, 'application_id') !== APPLICATION_ID) {
    throw unusable(file, 'is not an event log of Docket');
  }
  if (version === 1) {
    // Before checksums are made of what stands there.
    checkPages(db);
    addChecksums(db);
    return;
  }
  if (version !== SCHEMA_VERSION) {
    const why = `has schema ${Number(version)}; this version of Docket reads schema ${SCHEMA_VERSION}`;
    throw unusable(file, why);
  }
}

const pragma = (db: DatabaseSync, name: 'user_version' | 'application_id') =>
  db.prepare(`PRAGMA ${name}`).get()?.[name];

const unusable = (file: string, why: string): EventStoreError =>
  new EventStoreError('unavailable', `The event log ${file} ${why}.`);
