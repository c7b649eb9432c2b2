import { z } from 'zod';
import { ViewError } from './view-error.js';

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; the `cursor` of the next page, null on the last one. */
  readonly nextCursor: string | null;
  /** Position that the view stood at, a decimal string; null before its first event. */
  readonly position: string | null;
}

/** The place behind which a page begins: the sort key of the last item before it. */
export interface Place {
  readonly at: string;
  readonly id: string;
}

const tuple = z.tuple([z.iso.datetime({ precision: 3 }), z.string().min(1).max(256)]);

const cursorOf = ({ at, id }: Place): string =>
  Buffer.from(JSON.stringify([at, id])).toString('base64url');

/** Reads a cursor that a page gave out; throws `invalid-cursor` for anything else. */
export function parseCursor(cursor: string): Place {
  try {
    const [at, id] = tuple.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (cursorOf({ at, id }) === cursor) return { at, id };
  } catch (cause) {
    throw new ViewError('invalid-cursor', 'The cursor is not one that a list gave out.', { cause });
  }
  throw new ViewError('invalid-cursor', 'The cursor is not one that a list gave out.');
}

/** Cuts the page from `limit` + 1 rows: the row too many tells that there is another page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  position: string | null,
  read: { item(row: Row): Item; place(row: Row): Place },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last ? cursorOf(read.place(last)) : null;
  return { items: shown.map((row) => read.item(row)), nextCursor, position };
}
