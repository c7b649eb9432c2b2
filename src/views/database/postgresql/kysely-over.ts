import { Kysely } from 'kysely';
import pg from 'pg';
import { StorableText } from '../storable-text.js';
import type { Connection } from './connection-string.js';
import { beginSession, clientSettings, type SessionSettings } from './session.js';
import { ViewDialect } from './view-dialect.js';

/** Tables behind a pool of at most `max` connections, each with these settings; nothing is connected before it is needed. */
export function kyselyOver<Tables>(
  connection: Connection,
  max: number,
  settings: SessionSettings,
): Kysely<Tables> {
  // The pool waits for it and drops the connection where it fails; the declared type does not say so.
  const onConnect = (client: pg.ClientBase): unknown => beginSession(client, settings);
  const pool = new pg.Pool({ ...clientSettings(connection), max, onConnect });
  // As with the connections themselves; the pool has dropped this one already.
  pool.on('error', () => {});
  return new Kysely({ dialect: new ViewDialect({ pool }), plugins: [new StorableText()] });
}

/** Throws what `translate` makes of what `work` throws. */
export async function translated<T>(
  translate: (error: unknown) => unknown,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translate(error);
  }
}
